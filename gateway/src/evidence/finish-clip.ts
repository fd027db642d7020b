import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { indexFragments, seekableClip } from '../base/mp4/index.ts';

export type FinishedClip = { durationMs: number; bytes: number; avcName: string | null };

/**
 * Makes a clip of a recording: the same pictures, group by group, behind a head that says how long it is and where its keyframes are. A recording
 * that was cut off is used up to its last whole fragment. The file is synced.
 * @throws RangeError when nothing in it can be shown
 */
export async function finishClip(recording: string, clip: string): Promise<FinishedClip> {
  const source = await open(recording, 'r');
  try {
    const index = await indexFragments(source);
    const firstKey = index.fragments.findIndex(({ key }) => key);
    const fragments = firstKey === -1 ? [] : index.fragments.slice(firstKey);
    const { bytes, segments, durationMs, avcName } = seekableClip({ head: index.head, fragments });
    let written = bytes.length;
    const pieces = async function* () {
      yield bytes;
      for (const { head, data } of segments) {
        written += head.length;
        yield head;
        for (const part of data) {
          const { buffer } = await source.read(Buffer.alloc(part.bytes), 0, part.bytes, part.offset);
          written += part.bytes;
          yield buffer;
        }
      }
    };
    await pipeline(pieces, createWriteStream(clip, { mode: 0o600, flush: true }));
    return { durationMs, bytes: written, avcName };
  } finally {
    await source.close();
  }
}
