import { type Static, Type } from 'typebox';
import { CodecSchema } from './camera.ts';

/** `sub` is what the gateway watches all the time (the sub-stream where there is one), `main` the full stream, opened on demand. */
export const StreamProfileSchema = Type.Union([Type.Literal('main'), Type.Literal('sub')]);
export type StreamProfile = Static<typeof StreamProfileSchema>;

/**
 * Live media on a WebSocket, gateway → centre → browser. First one text message (`MediaStart`), then binary messages:
 * byte 0 kind, bytes 1..8 capture time (float64 big-endian, ms since the epoch, the gateway's clock; 0 for `init`), then fMP4.
 * `key` and `delta` are one moof+mdat with one access unit each. A new `MediaStart` + `init` may follow when the stream changes.
 */
export const MEDIA_KIND = { init: 0, key: 1, delta: 2 } as const;
export type MediaKind = keyof typeof MEDIA_KIND;
export const MEDIA_HEADER_BYTES = 9;

export const MediaStartSchema = Type.Object({
  kind: Type.Literal('start'),
  codec: CodecSchema,
  /** RFC 6381, for example avc1.640028: what MediaSource.isTypeSupported is asked. */
  mimeCodec: Type.String({ pattern: '^[A-Za-z0-9.]{4,64}$' }),
  width: Type.Integer({ minimum: 1, maximum: 16_384 }),
  height: Type.Integer({ minimum: 1, maximum: 16_384 }),
});
export type MediaStart = Static<typeof MediaStartSchema>;

/** Puts the header before an fMP4 segment. */
export function encodeMedia(kind: MediaKind, capturedAtMs: number, segment: Uint8Array): Uint8Array {
  const message = new Uint8Array(MEDIA_HEADER_BYTES + segment.length);
  message[0] = MEDIA_KIND[kind];
  new DataView(message.buffer).setFloat64(1, capturedAtMs);
  message.set(segment, MEDIA_HEADER_BYTES);
  return message;
}

export type MediaMessage = { kind: MediaKind; capturedAtMs: number; segment: Uint8Array };

/** Reads a binary media message; null when it is none. */
export function decodeMedia(message: Uint8Array): MediaMessage | null {
  if (message.length <= MEDIA_HEADER_BYTES) return null;
  const kind = (Object.keys(MEDIA_KIND) as MediaKind[]).find((name) => MEDIA_KIND[name] === message[0]);
  if (kind === undefined) return null;
  const capturedAtMs = new DataView(message.buffer, message.byteOffset, message.byteLength).getFloat64(1);
  if (!Number.isFinite(capturedAtMs)) return null;
  return { kind, capturedAtMs, segment: message.subarray(MEDIA_HEADER_BYTES) };
}
