import { decoderConfiguration, videoFormat } from '../base/mp4/index.ts';
import type { ParameterSets } from '../pipeline.ts';

/** Ticks per second of every track that is written here: a TimestampScale of 100 µs (RFC 9559 §11.1). */
export const MATROSKA_TIMESCALE = 10_000;
/** A block lies at most so far from its cluster, ticks: a signed 16-bit number (RFC 9559 §10.2). */
export const CLUSTER_REACH_TICKS = 32_767;

export type Block = {
  /** Presentation time, ticks of 100 µs, not negative. */
  ticks: number;
  key: boolean;
  /** Without start codes or lengths. */
  nals: readonly Uint8Array[];
};

const CODEC_IDS = { h264: 'V_MPEG4/ISO/AVC', h265: 'V_MPEGH/ISO/HEVC' } as const;
/** An element without an end, for a stream that goes on (RFC 8794 §6.2). */
const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');
const NANOSECONDS_PER_TICK = 1e9 / MATROSKA_TIMESCALE;
const SIZE_BYTES = 4;
const CLUSTER_HEAD_BYTES = 4 + SIZE_BYTES;
/** Identifier, size and number of the cluster's time. */
const TIME_BYTES = 1 + 1 + 8;
/** Identifier, size, track, time and flags of a SimpleBlock (RFC 9559 §10.2). */
const BLOCK_HEAD_BYTES = 1 + SIZE_BYTES + 4;
const KEY_FLAG = 0x80;

/**
 * The head of an endless Matroska stream with one video track.
 * @throws MalformedParameterSetError
 */
export function matroskaHead(sets: ParameterSets): Uint8Array {
  const { width, height } = videoFormat(sets);
  const header = element(
    '1a45dfa3',
    element('4282', Buffer.from('matroska')),
    number('4287', 4),
    number('4285', 2),
  );
  const info = element('1549a966', number('2ad7b1', NANOSECONDS_PER_TICK));
  const video = element('e0', number('b0', width), number('ba', height));
  const identity = [number('d7', 1), number('73c5', 1), number('83', 1), number('9c', 0)];
  const codec = [
    element('86', Buffer.from(CODEC_IDS[sets.codec])),
    element('63a2', decoderConfiguration(sets)),
  ];
  const tracks = element('1654ae6b', element('ae', ...identity, ...codec, video));
  return Buffer.concat([header, Buffer.from('18538067', 'hex'), UNKNOWN_SIZE, info, tracks]);
}

/** Some access units as one cluster, written in one pass. All lie within `CLUSTER_REACH_TICKS` of the first. */
export function cluster(blocks: readonly Block[]): Uint8Array {
  const sizes = blocks.map(({ nals }) => nals.reduce((total, nal) => total + 4 + nal.length, 0));
  const size = sizes.reduce((total, bytes) => total + BLOCK_HEAD_BYTES + bytes, TIME_BYTES);
  const bytes = Buffer.allocUnsafe(CLUSTER_HEAD_BYTES + size);
  const origin = blocks[0]?.ticks ?? 0;
  let at = bytes.writeUInt32BE(0x1f43b675, 0);
  at = bytes.writeUInt32BE(sizeWord(size), at);
  at = bytes.writeUInt16BE(0xe788, at);
  at = bytes.writeBigUInt64BE(BigInt(origin), at);
  for (const [index, { ticks, key, nals }] of blocks.entries()) {
    at = bytes.writeUInt8(0xa3, at);
    at = bytes.writeUInt32BE(sizeWord((sizes[index] ?? 0) + 4), at);
    at = bytes.writeUInt8(0x81, at);
    at = bytes.writeInt16BE(ticks - origin, at);
    at = bytes.writeUInt8(key ? KEY_FLAG : 0, at);
    for (const nal of nals) {
      at = bytes.writeUInt32BE(nal.length, at);
      bytes.set(nal, at);
      at += nal.length;
    }
  }
  return bytes;
}

/** A size in four bytes, up to 2^28 − 2 (RFC 8794 §4). */
function sizeWord(size: number): number {
  if (size > 0x0ffffffe) throw new RangeError(`a Matroska element of ${size} bytes is too large: cut it`);
  return 0x10000000 + size;
}

function element(id: string, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const size = Buffer.alloc(SIZE_BYTES);
  size.writeUInt32BE(sizeWord(body.length));
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

function number(id: string, value: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(value);
  return element(id, body);
}
