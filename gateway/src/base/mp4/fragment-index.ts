import type { FileHandle } from 'node:fs/promises';
import { boxAt, boxesIn, type FoundBox } from './boxes.ts';

/** As `trun` says it: ticks, bytes, sample flags, presentation minus decode time. */
export type IndexedSample = { duration: number; bytes: number; flags: number; compositionOffset: number };

/** One `moof` + `mdat` of a file. Times in ticks of the track. */
export type IndexedFragment = {
  /** Where the content of its `mdat` begins, and how long it is. */
  dataOffset: number;
  dataBytes: number;
  /** Its first sample can be decoded without any before it. */
  key: boolean;
  decodeTime: number;
  duration: number;
  samples: IndexedSample[];
};

export type FragmentIndex = {
  /** `ftyp` and `moov`. */
  head: Buffer;
  fragments: IndexedFragment[];
};

/** No movie header and no `moof` of ours comes near. */
const BOX_LIMIT_BYTES = 4 * 1024 * 1024;
const NON_SYNC_SAMPLE = 0x10000;

/**
 * Finds the whole fragments of a fragmented MP4 with one track; what was cut off at the end is left out.
 * @throws RangeError when the file does not begin with a movie header
 */
export async function indexFragments(file: FileHandle): Promise<FragmentIndex> {
  const { size } = await file.stat();
  let head: Buffer | null = null;
  let moof: Buffer | null = null;
  const fragments: IndexedFragment[] = [];
  for (let at = 0; ; ) {
    const box = await boxHeader(file, at, size);
    if (box === null) break;
    if (box.type === 'moov') head = await read(file, 0, at + box.size);
    else if (box.type === 'moof') moof = await read(file, at, box.size);
    else if (box.type === 'mdat' && moof !== null) {
      fragments.push({ dataOffset: at + 8, dataBytes: box.size - 8, ...readMoof(moof) });
      moof = null;
    }
    at += box.size;
  }
  if (head === null) throw new RangeError('the file has no movie header');
  return { head, fragments };
}

async function boxHeader(file: FileHandle, at: number, end: number) {
  if (at + 8 > end) return null;
  const header = await read(file, at, 8);
  const size = header.readUInt32BE(0);
  const type = header.toString('latin1', 4, 8);
  const isWhole = size >= 8 && at + size <= end && (type === 'mdat' || size <= BOX_LIMIT_BYTES);
  return isWhole ? { size, type } : null;
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** ISO/IEC 14496-12 8.8.7 (`tfhd`), 8.8.8 (`trun`), 8.8.12 (`tfdt`). */
function readMoof(moof: Buffer): Omit<IndexedFragment, 'dataOffset' | 'dataBytes'> {
  const body = moof.subarray(8);
  const traf = boxAt(body, ['traf']);
  if (traf === undefined) throw new RangeError('a fragment without track');
  const parts = boxesIn(body, traf.body, traf.end);
  const defaults = readHeader(body, partOf(parts, 'tfhd'));
  const tfdt = partOf(parts, 'tfdt');
  const decodeTime =
    body.readUInt8(tfdt.body) === 0
      ? body.readUInt32BE(tfdt.body + 4)
      : Number(body.readBigUInt64BE(tfdt.body + 4));
  const samples = parts.filter(({ type }) => type === 'trun').flatMap((run) => readRun(body, run, defaults));
  return {
    decodeTime,
    key: ((samples[0]?.flags ?? NON_SYNC_SAMPLE) & NON_SYNC_SAMPLE) === 0,
    duration: samples.reduce((sum, sample) => sum + sample.duration, 0),
    samples,
  };
}

function partOf(parts: readonly FoundBox[], type: string): FoundBox {
  const part = parts.find((one) => one.type === type);
  if (part === undefined) throw new RangeError(`a fragment without ${type}`);
  return part;
}

type Defaults = Pick<IndexedSample, 'duration' | 'bytes' | 'flags'>;

function readHeader(data: Buffer, { body }: FoundBox): Defaults {
  const flags = data.readUIntBE(body + 1, 3);
  let at = body + 8;
  const field = (bit: number, size: number) => {
    if ((flags & bit) === 0) return 0;
    at += size;
    return data.readUInt32BE(at - 4);
  };
  field(0x1, 8);
  field(0x2, 4);
  return { duration: field(0x8, 4), bytes: field(0x10, 4), flags: field(0x20, 4) };
}

function readRun(data: Buffer, { body, end }: FoundBox, defaults: Defaults): IndexedSample[] {
  const flags = data.readUIntBE(body + 1, 3);
  const count = data.readUInt32BE(body + 4);
  if (count > end - body) throw new RangeError('a fragment names more samples than it can hold');
  let at = body + 8;
  const next = () => {
    at += 4;
    return data.readInt32BE(at - 4);
  };
  if (flags & 0x1) next();
  const firstFlags = flags & 0x4 ? next() : null;
  return Array.from({ length: count }, (_, index) => {
    const duration = flags & 0x100 ? next() : defaults.duration;
    const bytes = flags & 0x200 ? next() : defaults.bytes;
    const own = flags & 0x400 ? next() : defaults.flags;
    const compositionOffset = flags & 0x800 ? next() : 0;
    return { duration, bytes, flags: index === 0 ? (firstFlags ?? own) : own, compositionOffset };
  });
}
