import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { FfmpegLauncher, GopStillDecoder } from '../../../gateway/src/decode/index.ts';
import type { GopSnapshot } from '../../../gateway/src/pipeline.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';

const launcher = new FfmpegLauncher({ log: silentLogger });
const clips = new Map<string, CodedClip>();
beforeAll(async () => {
  for (const name of ['street.mp4', 'street-h265.mp4', 'street-bframes.mp4']) {
    clips.set(name, await readClip(fixturePath(name)));
  }
});

/** The group of pictures from unit `first` (a keyframe) to unit `last`. */
function gopOf(name: string, first: number, last: number): GopSnapshot {
  const clip = clips.get(name);
  if (clip === undefined) throw new Error(`no clip ${name}`);
  return { sets: clip.sets, units: clip.units.slice(first, last + 1) };
}

/** The n-th picture of a clip in display order, decoded apart by ffmpeg. */
function reference(name: string, index: number): Buffer {
  const words = ['-v', 'error', '-i', fixturePath(name), '-vf', `select='eq(n,${index})'`, '-frames:v', '1'];
  return execFileSync('ffmpeg', [...words, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'], {
    maxBuffer: 2 ** 26,
  });
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / a.length;
}

describe('still decoder', () => {
  test.each([
    ['street.mp4', 20, 33, 33, [768, 576]],
    ['street.mp4', 40, 40, 40, [768, 576]],
    ['street-h265.mp4', 20, 31, 31, [384, 288]],
    ['street-bframes.mp4', 0, 9, 9, [384, 288]],
  ] as const)('gives the last picture of a group of %s at full size (units %i to %i)', async (name, first, last, shown, size) => {
    const gop = gopOf(name, first, last);
    const still = await new GopStillDecoder({ launcher }).decode(gop);
    expect([still.width, still.height]).toEqual(size);
    expect(meanDifference(still.rgb, reference(name, shown))).toBeLessThan(1);
    const newest = gop.units.toSorted((a, b) => a.rtpTime - b.rtpTime).at(-1);
    expect(still.capturedAtMs).toBe(newest?.capturedAtMs);
  });

  test('takes a picture before the last one when the last one is damaged', async () => {
    const gop = gopOf('street.mp4', 20, 33);
    const units = gop.units.map((unit, index) =>
      index < 13 ? unit : { ...unit, nals: [Uint8Array.of(0x61, 0, 0)] },
    );
    const still = await new GopStillDecoder({ launcher }).decode({ ...gop, units });
    expect(still.capturedAtMs).toBe(gop.units[12]?.capturedAtMs);
  });

  test('serves many at once, each with its own picture', async () => {
    const decoder = new GopStillDecoder({ launcher, limitMs: 20_000 });
    const stills = await Promise.all(
      [22, 24, 26, 28, 30].map((last) => decoder.decode(gopOf('street.mp4', 20, last))),
    );
    const origin = clips.get('street.mp4')?.units[0]?.capturedAtMs ?? 0;
    expect(stills.map((still) => (still.capturedAtMs - origin) / 100)).toEqual([22, 24, 26, 28, 30]);
  });

  test('rejects when nothing decodes, when it is stopped and when there is no ffmpeg', async () => {
    const gop = gopOf('street.mp4', 20, 25);
    const garbage = {
      ...gop,
      units: gop.units.map((unit) => ({ ...unit, nals: [Uint8Array.of(0x65, 1, 2, 3)] })),
    };
    await expect(new GopStillDecoder({ launcher }).decode(garbage)).rejects.toThrow(
      'no picture of this group can be decoded',
    );
    await expect(new GopStillDecoder({ launcher }).decode(gop, AbortSignal.abort())).rejects.toThrow();
    await expect(new GopStillDecoder({ launcher, limitMs: 1 }).decode(gop)).rejects.toThrow();
    const absent = new FfmpegLauncher({ log: silentLogger, searchPath: '/nonexistent' });
    await expect(new GopStillDecoder({ launcher: absent }).decode(gop)).rejects.toThrow(
      'ffmpeg is not installed',
    );
  });
});
