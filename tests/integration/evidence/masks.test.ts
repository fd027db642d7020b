import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivacyMask } from '@pingan/models/contract';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { ClipMasker, FfmpegLauncher, GopStillDecoder } from '../../../gateway/src/decode/index.ts';
import { type GatewayKey, maskStills } from '../../../gateway/src/evidence/index.ts';
import type { GopSnapshot } from '../../../gateway/src/pipeline.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { evidenceFolder, evidenceStore, lumaOf, PlayedCamera, probeClip } from './evidence-kit.ts';

/** A window of a house in the upper left, and a slanted strip. */
const MASKS: PrivacyMask[] = [
  {
    id: 'window',
    cameras: ['*'],
    polygon: [
      [0.1, 0.1],
      [0.4, 0.1],
      [0.4, 0.4],
      [0.1, 0.4],
    ],
  },
  {
    id: 'strip',
    cameras: ['*'],
    polygon: [
      [0.6, 0.9],
      [0.9, 0.6],
      [0.95, 0.7],
      [0.7, 0.95],
    ],
  },
];
/** Points well inside and well outside of the masks, as shares of width and height. */
const INSIDE = [
  [0.11, 0.11],
  [0.25, 0.25],
  [0.39, 0.39],
  [0.39, 0.11],
  [0.78, 0.78],
  [0.7, 0.85],
  [0.9, 0.67],
] as const;
const OUTSIDE = [
  [0.05, 0.05],
  [0.5, 0.5],
  [0.25, 0.5],
  [0.5, 0.25],
  [0.6, 0.6],
  [0.3, 0.8],
] as const;
const [WIDTH, HEIGHT] = [768, 576];
/** Limited range: black is 16; coding noise may lift it by a little. ffmpeg's gray is full range: 0. */
const BLACK = 8;

let street: CodedClip;
beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
});
let place: { folder: string; key: GatewayKey; remove(): void };
beforeEach(async () => {
  place = await evidenceFolder();
});
afterEach(() => place.remove());

async function record(options: Parameters<typeof evidenceStore>[1] = {}) {
  const store = evidenceStore(place, options);
  await store.start();
  const camera = new PlayedCamera(street, store, {
    masks: MASKS,
    times: { beforeMs: 2000, afterMs: 3000, longestMs: 60_000 },
  });
  await camera.play(5);
  const event = await camera.alarm({
    snapshot: { width: 1, height: 1, jpegBase64: 'AAAA', sha256: '0'.repeat(64) },
  });
  await camera.play(4);
  await camera.recorder.stop();
  await store.processAll();
  await store.stop();
  const evidence = store.find(event.id);
  if (evidence === undefined) throw new Error('no evidence');
  return evidence;
}

/** A folder with a program of the given name and content, to be found before any other. */
function program(name: string, script: string): string {
  const folder = join(place.folder, 'programs');
  mkdirSync(folder);
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describe('privacy masks', () => {
  test('every picture of the clip is black under them and a picture beside them', async () => {
    const { manifest, folder } = await record();
    expect(manifest.clip).toMatchObject({
      masked: true,
      codec: 'h264',
      complete: true,
      width: WIDTH,
      height: HEIGHT,
    });
    expect(manifest.clip?.mimeCodec).toMatch(/^avc1\.64/);
    const clip = join(folder, 'clip.mp4');
    const { pictures, seconds } = await probeClip(clip);
    expect(seconds).toBeGreaterThanOrEqual(5);
    const luma = await lumaOf(clip);
    expect(luma.length).toBe(pictures * WIDTH * HEIGHT);
    const at = (picture: number, [x, y]: readonly [number, number]) =>
      luma[picture * WIDTH * HEIGHT + Math.round(y * HEIGHT) * WIDTH + Math.round(x * WIDTH)] ?? 255;
    for (let picture = 0; picture < pictures; picture += 1) {
      expect(Math.max(...INSIDE.map((point) => at(picture, point)))).toBeLessThanOrEqual(BLACK);
      expect(Math.max(...OUTSIDE.map((point) => at(picture, point)))).toBeGreaterThan(60);
    }
  });

  test('nothing unmasked stays behind in the folder', async () => {
    const { folder } = await record();
    expect(
      readdirSync(folder)
        .sort()
        .filter((name) => name.endsWith('.mp4')),
    ).toEqual(['clip.mp4']);
  });

  test.each([
    ['fails at once', 'case "$*" in *version*) echo "ffmpeg version 5.1";; *) exit 1;; esac'],
    [
      'passes the clip through and then fails',
      'case "$*" in *version*) echo "ffmpeg version 5.1";; *) cat; exit 3;; esac',
    ],
    ['is killed', 'case "$*" in *version*) echo "ffmpeg version 5.1";; *) kill -9 $$;; esac'],
  ])('there is no clip when ffmpeg %s', async (_, script) => {
    const launcher = new FfmpegLauncher({ log: silentLogger, searchPath: program('ffmpeg', script) });
    const masker = new ClipMasker({ launcher, limitMs: 10_000 });
    const { manifest, files } = await record({ maskClip: (clip) => masker.mask(clip) });
    expect(manifest).toMatchObject({ clip: null, clipMissing: 'masking-failed' });
    expect([...files].some((name) => name.endsWith('.mp4'))).toBe(false);
  });

  test('there is no clip when ffmpeg hangs', async () => {
    const script = 'case "$*" in *version*) echo "ffmpeg version 5.1";; *) sleep 60;; esac';
    const launcher = new FfmpegLauncher({ log: silentLogger, searchPath: program('ffmpeg', script) });
    const masker = new ClipMasker({ launcher, limitMs: 300 });
    const { manifest } = await record({ maskClip: (clip) => masker.mask(clip) });
    expect(manifest).toMatchObject({ clip: null, clipMissing: 'masking-failed' });
  });

  test('a still is black under them before anything is drawn on it, and there is none when the mask cannot be drawn', async () => {
    const stills = new GopStillDecoder({ launcher: new FfmpegLauncher({ log: silentLogger }) });
    const gop: GopSnapshot = { sets: street.sets, units: street.units.slice(0, 5) };
    const { rgb, width, height } = await maskStills(stills, MASKS).decode(gop);
    const at = ([x, y]: readonly [number, number]) => {
      const start = (Math.round(y * height) * width + Math.round(x * width)) * 3;
      return Math.max(...rgb.subarray(start, start + 3));
    };
    expect(INSIDE.map(at)).toEqual(INSIDE.map(() => 0));
    expect(Math.max(...OUTSIDE.map(at))).toBeGreaterThan(60);
    const broken = { decode: async () => ({ width: 0, height: 0, rgb: new Uint8Array(), capturedAtMs: 0 }) };
    await expect(maskStills(broken, MASKS).decode(gop)).rejects.toThrow(RangeError);
  });
});
