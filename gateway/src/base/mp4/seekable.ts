import { box, fullBox, u16, u32 } from './box.ts';
import { boxAt, boxesIn, type FoundBox } from './boxes.ts';
import type { FragmentIndex, IndexedFragment } from './fragment-index.ts';
import { TRACK_ID } from './init-segment.ts';

/** Pictures from a keyframe up to the next one: the `moof` and the head of the `mdat`, and where its content lies in the recording. */
export type SeekableSegment = { head: Buffer; data: readonly { offset: number; bytes: number }[] };

export type SeekableClip = {
  /** `ftyp`, `moov` with its duration, and a segment index: what comes before the segments. */
  bytes: Buffer;
  segments: SeekableSegment[];
  durationMs: number;
  /** RFC 6381 name of an H.264 track; null for any other. */
  avcName: string | null;
};

const SIZE_LIMIT = 2 ** 31 - 1;

/**
 * What makes a recording seekable in every player: its fragments of one picture joined to one for each group of pictures, the duration
 * in `mehd`, and a `sidx` with an entry for each group (ISO/IEC 14496-12 8.8.2, 8.16.3).
 * @throws RangeError when there is no fragment or the head is not ours to read
 */
export function seekableClip({ head, fragments }: FragmentIndex): SeekableClip {
  const [first] = fragments;
  const last = fragments.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('the clip has no pictures');
  const movieScale = timescale(head, ['moov', 'mvhd']);
  const trackScale = timescale(head, ['moov', 'trak', 'mdia', 'mdhd']);
  const seconds = (last.decodeTime + last.duration - first.decodeTime) / trackScale;
  const moov = withDuration(head, Math.round(seconds * movieScale));
  const fileType = boxAt(head, ['ftyp']);
  const start = fileType === undefined ? Buffer.alloc(0) : head.subarray(fileType.start, fileType.end);
  const runs = runsOf(fragments);
  const segments = runs.map((run, index) => segmentOf(run, index + 1));
  return {
    bytes: Buffer.concat([start, moov, segmentIndex(runs, segments, trackScale)]),
    segments,
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
function runsOf(fragments: readonly IndexedFragment[]): IndexedFragment[][] {
  const runs: IndexedFragment[][] = [];
  for (const fragment of fragments) {
    const run = runs.at(-1);
    if (run === undefined || fragment.key) runs.push([fragment]);
    else run.push(fragment);
  }
  return runs;
}

function segmentOf(run: readonly IndexedFragment[], sequence: number): SeekableSegment {
  const samples = run.flatMap((fragment) => fragment.samples);
  const decodeTime = run[0]?.decodeTime ?? 0;
  const rows = samples.map(({ duration, bytes, flags, compositionOffset }) =>
    u32(duration, bytes, flags >>> 0, compositionOffset >>> 0),
  );
  const moofBytes = 8 + 16 + 8 + 16 + 20 + 20 + 16 * samples.length;
  const moof = box(
    'moof',
    fullBox('mfhd', {}, u32(sequence)),
    box(
      'traf',
      fullBox('tfhd', { flags: 0x020000 }, u32(TRACK_ID)),
      fullBox('tfdt', { version: 1 }, u32(Math.floor(decodeTime / 2 ** 32), decodeTime % 2 ** 32)),
      fullBox('trun', { version: 1, flags: 0xf01 }, u32(samples.length, moofBytes + 8), ...rows),
    ),
  );
  const data = run.map(({ dataOffset, dataBytes }) => ({ offset: dataOffset, bytes: dataBytes }));
  const size = data.reduce((sum, { bytes }) => sum + bytes, 8);
  if (size > SIZE_LIMIT) throw new RangeError('a group of pictures is too large');
  return { head: Buffer.concat([moof, u32(size), Buffer.from('mdat')]), data };
}

function segmentIndex(
  runs: readonly IndexedFragment[][],
  segments: readonly SeekableSegment[],
  trackScale: number,
): Uint8Array {
  if (runs.length > 0xffff) throw new RangeError('the clip is too long for an index');
  const entries = runs.map((run, index) => {
    const segment = segments[index];
    const bytes = segment?.data.reduce((sum, part) => sum + part.bytes, segment.head.length) ?? 0;
    const duration = run.reduce((sum, fragment) => sum + fragment.duration, 0);
    return u32(bytes, duration, run[0]?.key ? 0x90000000 : 0);
  });
  const start = runs[0]?.[0]?.decodeTime ?? 0;
  return fullBox('sidx', {}, u32(TRACK_ID, trackScale, start, 0), u16(0, runs.length), ...entries);
}

/** `avc1.` and profile, constraints and level of the configuration record (RFC 6381 §3.3). */
function avcName(head: Buffer): string | null {
  const at = head.indexOf('avcC');
  return at === -1 ? null : `avc1.${head.toString('hex', at + 5, at + 8)}`;
}
