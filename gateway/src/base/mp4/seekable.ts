import { box, fullBox, u16, u32 } from './box.ts';
import { boxAt, boxesIn, type FoundBox } from './boxes.ts';
import type { FragmentIndex, IndexedFragment } from './fragment-index.ts';
import { TRACK_ID } from './init-segment.ts';

export type SeekableHead = {
  /** `ftyp`, `moov` with its duration, and a segment index: what comes before the fragments. */
  bytes: Buffer;
  durationMs: number;
  /** RFC 6381 name of an H.264 track; null for any other. */
  avcName: string | null;
};

const SIZE_LIMIT = 2 ** 31 - 1;

/**
 * The head that makes a finished fragmented MP4 seekable in every player: the duration in `mehd` and a `sidx` with one entry for
 * each run of fragments that begins with a keyframe (ISO/IEC 14496-12 8.8.2, 8.16.3). The fragments follow unchanged.
 * @throws RangeError when there is no fragment or the head is not ours to read
 */
export function seekableHead({ head, fragments }: FragmentIndex): SeekableHead {
  const [first] = fragments;
  const last = fragments.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('the clip has no pictures');
  const movieScale = timescale(head, ['moov', 'mvhd']);
  const trackScale = timescale(head, ['moov', 'trak', 'mdia', 'mdhd']);
  const ticks = last.decodeTime + last.duration - first.decodeTime;
  const seconds = ticks / trackScale;
  const moov = withDuration(head, Math.round(seconds * movieScale));
  const fileType = boxAt(head, ['ftyp']);
  const start = fileType === undefined ? Buffer.alloc(0) : head.subarray(fileType.start, fileType.end);
  return {
    bytes: Buffer.concat([start, moov, segmentIndex(fragments, trackScale)]),
    durationMs: Math.round(seconds * 1000),
    avcName: avcName(head),
  };
}

function timescale(head: Buffer, path: readonly string[]): number {
  const found = boxAt(head, path);
  if (found === undefined) throw new RangeError(`the head has no ${path.join('/')}`);
  const scale = head.readUInt32BE(found.body + (head.readUInt8(found.body) === 0 ? 12 : 20));
  if (scale === 0) throw new RangeError(`${path.join('/')} has no time scale`);
  return scale;
}

function withDuration(head: Buffer, duration: number): Uint8Array {
  const moov = boxAt(head, ['moov']);
  if (moov === undefined) throw new RangeError('the head has no moov');
  const raw = ({ start, end }: FoundBox) => head.subarray(start, end);
  const children = boxesIn(head, moov.body, moov.end).map((child) => {
    if (child.type !== 'mvex') return raw(child);
    const inner = boxesIn(head, child.body, child.end).filter(({ type }) => type !== 'mehd');
    return box('mvex', fullBox('mehd', {}, u32(duration)), ...inner.map(raw));
  });
  return box('moov', ...children);
}

/** Runs of fragments, each from a keyframe up to the next one. */
function runsOf(fragments: readonly IndexedFragment[]) {
  const runs: { bytes: number; duration: number; key: boolean }[] = [];
  for (const { bytes, duration, key } of fragments) {
    const run = runs.at(-1);
    if (run === undefined || key) runs.push({ bytes, duration, key });
    else {
      run.bytes += bytes;
      run.duration += duration;
    }
  }
  return runs;
}

function segmentIndex(fragments: readonly IndexedFragment[], trackScale: number): Uint8Array {
  const runs = runsOf(fragments);
  if (runs.length > 0xffff || runs.some(({ bytes }) => bytes > SIZE_LIMIT)) {
    throw new RangeError('the clip is too long for an index');
  }
  const start = fragments[0]?.decodeTime ?? 0;
  const entries = runs.map(({ bytes, duration, key }) => u32(bytes, duration, key ? 0x90000000 : 0));
  return fullBox('sidx', {}, u32(TRACK_ID, trackScale, start, 0), u16(0, runs.length), ...entries);
}

/** `avc1.` and profile, constraints and level of the configuration record (RFC 6381 §3.3). */
function avcName(head: Buffer): string | null {
  const at = head.indexOf('avcC');
  return at === -1 ? null : `avc1.${head.toString('hex', at + 5, at + 8)}`;
}
