import { expect, test } from 'vitest';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';
import { streetPictures } from '../../support/street-pictures.ts';

test('our I420 conversion and ffmpeg’s agree on real pictures', async () => {
  const size = { width: 416, height: 320 };
  const [i420] = await streetPictures({ ...size, count: 1 });
  const [rgb] = await streetPictures({ ...size, count: 1, format: 'rgb24' });
  const ours = nanodet.preprocess.i420({ ...size, data: i420 ?? new Uint8Array() });
  const theirs = nanodet.preprocess.rgb24({ ...size, data: rgb ?? new Uint8Array() });
  const differences = ours.map((level, index) => Math.abs(level - (theirs[index] ?? 0)));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / ((ours.length * 3) / 4);
  expect(mean).toBeLessThan(2);
});
