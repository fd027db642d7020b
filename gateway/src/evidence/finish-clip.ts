import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { indexFragments, seekableHead } from '../base/mp4/index.ts';

export type FinishedClip = { durationMs: number; bytes: number; avcName: string | null };

/**
 * Makes a clip of a recording: the same fragments behind a head that says how long it is and where its keyframes are. A recording
 * that was cut off is used up to its last whole fragment. The file is synced.
 * @throws RangeError when nothing in it can be shown
 */
export async function finishClip(recording: string, clip: string): Promise<FinishedClip> {
  const source = await open(recording, 'r');
  try {
    const index = await indexFragments(source);
    const firstKey = index.fragments.findIndex(({ key }) => key);
    const fragments = firstKey === -1 ? [] : index.fragments.slice(firstKey);
    const head = seekableHead({ head: index.head, fragments });
    const [first, last] = [fragments[0], fragments.at(-1)];
    const start = first?.offset ?? 0;
    const end = last === undefined ? start : last.offset + last.bytes;
    const pieces = async function* () {
      yield head.bytes;
      yield* createReadStream(recording, { start, end: end - 1 });
    };
    await pipeline(pieces, createWriteStream(clip, { mode: 0o600, flush: true }));
    return { durationMs: head.durationMs, bytes: head.bytes.length + end - start, avcName: head.avcName };
  } finally {
    await source.close();
  }
}
