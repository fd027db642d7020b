import type { MediaStart } from '@pingan/models/contract';

const isText = (value: unknown): value is string => typeof value === 'string';
const isSize = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

export type TextMessage = MediaStart | { kind: 'error'; code: string };

/** Reads a text message of the live socket; null when it is none that is known. */
export function readTextMessage(text: string): TextMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  if (value.kind === 'error') {
    return { kind: 'error', code: 'code' in value && isText(value.code) ? value.code : 'unknown' };
  }
  if (value.kind !== 'start' || !('codec' in value) || !('mimeCodec' in value)) return null;
  if (!('width' in value) || !('height' in value) || !isSize(value.width) || !isSize(value.height))
    return null;
  if (value.codec !== 'h264' && value.codec !== 'h265') return null;
  if (!isText(value.mimeCodec) || !/^[A-Za-z0-9.]{4,64}$/.test(value.mimeCodec)) return null;
  const { codec, mimeCodec, width, height } = value;
  return { kind: 'start', codec, mimeCodec, width, height };
}

/** What a person calls the codec. */
export const codecName = (codec: MediaStart['codec']): string => (codec === 'h264' ? 'H.264' : 'H.265');
