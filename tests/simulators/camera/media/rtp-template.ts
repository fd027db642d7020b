import { codecRules, type VideoCodec } from './annex-b.ts';

/** Bytes before the RTP payload: `$`, channel, length (RFC 2326 §10.12), then the fixed RTP header (RFC 3550 §5.1). */
export const INTERLEAVED_BYTES = 4;
export const RTP_HEADER_BYTES = 12;
const PREFIX_BYTES = INTERLEAVED_BYTES + RTP_HEADER_BYTES;
export const PAYLOAD_TYPE = 96;
const MAX_PAYLOAD_BYTES = 1400;

/**
 * One picture as ready RTP packets, laid end to end and framed for TCP. Sequence number, timestamp, SSRC and channel are left zero:
 * a stream copies the block and fills them in. `offsets` are the starts of the packets in `block`, and its end.
 */
export interface RtpTemplate {
  readonly block: Buffer;
  readonly offsets: readonly number[];
}

/** The identity that one stream writes into a template. */
export interface RtpStamp {
  readonly channel: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Builds the packets of one picture: single NAL unit, aggregation (STAP-A, AP) of small neighbours, fragments (FU-A, FU). */
export function buildTemplate(nals: readonly Buffer[], codec: VideoCodec): RtpTemplate {
  const payloads = packetise(nals, codec);
  const offsets: number[] = [];
  const parts: Buffer[] = [];
  let length = 0;
  payloads.forEach((payload, index) => {
    const isLast = index === payloads.length - 1;
    offsets.push(length);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix[0] = 0x24;
    prefix.writeUInt16BE(RTP_HEADER_BYTES + payload.length, 2);
    prefix[4] = 0x80;
    prefix[5] = PAYLOAD_TYPE | (isLast ? 0x80 : 0);
    parts.push(prefix, payload);
    length += PREFIX_BYTES + payload.length;
  });
  offsets.push(length);
  return { block: Buffer.concat(parts, length), offsets };
}

/**
 * Room for one stamped picture at a time, shared by all streams of the process: what a sink passes on at once needs no memory of its own
 * (new memory for each picture cost more in collection than all sending).
 */
export class StampBuffer {
  #room = Buffer.allocUnsafeSlow(256 * 1024);

  /**
   * A copy of the template's block that carries the stamp; the sequence number rises by one per packet, modulo 2^16.
   * It is valid until the next call, unless `leave` comes first.
   */
  stamp(template: RtpTemplate, stamp: RtpStamp): Buffer {
    const { block, offsets } = template;
    if (block.length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(block.length);
    const copy = this.#room.subarray(0, block.length);
    block.copy(copy);
    for (let index = 0; index < offsets.length - 1; index++) {
      const at = offsets[index] ?? 0;
      copy[at + 1] = stamp.channel;
      copy.writeUInt16BE((stamp.sequence + index) & 0xffff, at + 6);
      copy.writeUInt32BE(stamp.timestamp, at + 8);
      copy.writeUInt32BE(stamp.ssrc, at + 12);
    }
    return copy;
  }

  /** Leaves the last block to whoever still sends it and goes on in new memory. */
  leave(): void {
    this.#room = Buffer.allocUnsafeSlow(this.#room.length);
  }
}

/** RTP payloads of one picture: RFC 6184 §5.6–5.8 (packetization-mode 1), RFC 7798 §4.4. */
export function packetise(
  nals: readonly Buffer[],
  codec: VideoCodec,
  maxBytes = MAX_PAYLOAD_BYTES,
): Buffer[] {
  const payloads: Buffer[] = [];
  let small: Buffer[] = [];
  let smallBytes = codecRules[codec].headerBytes;
  const flush = () => {
    const [only] = small;
    if (only !== undefined) payloads.push(small.length === 1 ? only : aggregate(small, codec));
    small = [];
    smallBytes = codecRules[codec].headerBytes;
  };
  for (const nal of nals) {
    if (smallBytes + 2 + nal.length > maxBytes) flush();
    if (nal.length > maxBytes) {
      payloads.push(...fragment(nal, codec, maxBytes));
      continue;
    }
    small.push(nal);
    smallBytes += 2 + nal.length;
  }
  flush();
  return payloads;
}

const STAP_A = 24;
const FU_A = 28;
const H265_AP = 48;
const H265_FU = 49;

function aggregate(nals: readonly Buffer[], codec: VideoCodec): Buffer {
  const parts: Buffer[] = [codec === 'h264' ? stapHeader(nals) : apHeader(nals)];
  for (const nal of nals) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(nal.length);
    parts.push(size, nal);
  }
  return Buffer.concat(parts);
}

/** NRI of an aggregation packet is the highest of its parts (RFC 6184 §5.7). */
function stapHeader(nals: readonly Buffer[]): Buffer {
  return Buffer.from([Math.max(...nals.map((nal) => (nal[0] ?? 0) & 0x60)) | STAP_A]);
}

/** Layer and temporal id of an aggregation packet are the lowest of its parts (RFC 7798 §4.4.2). */
function apHeader(nals: readonly Buffer[]): Buffer {
  return Buffer.from([H265_AP << 1, Math.min(...nals.map((nal) => nal[1] ?? 1))]);
}

function fragment(nal: Buffer, codec: VideoCodec, maxBytes: number): Buffer[] {
  const { headerBytes, typeOf } = codecRules[codec];
  const chunkBytes = maxBytes - headerBytes - 1;
  const type = typeOf(nal);
  const payloads: Buffer[] = [];
  for (let at = headerBytes; at < nal.length; at += chunkBytes) {
    const flags = (at === headerBytes ? 0x80 : 0) | (at + chunkBytes >= nal.length ? 0x40 : 0);
    const first = nal[0] ?? 0;
    const header =
      codec === 'h264'
        ? [(first & 0xe0) | FU_A, flags | type]
        : [(first & 0x81) | (H265_FU << 1), nal[1] ?? 0, flags | type];
    payloads.push(Buffer.concat([Buffer.from(header), nal.subarray(at, at + chunkBytes)]));
  }
  return payloads;
}
