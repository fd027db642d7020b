import { expect, test } from 'vitest';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';
import { comparePeople, openFp32, openInt8, summarise } from '../../support/nanodet-runs.ts';
import { streetPictures } from '../../support/street-pictures.ts';

test('the int8 network sees the people that the float32 network sees, in nearly the same boxes', {
  timeout: 300_000,
}, async () => {
  const size = { width: 416, height: 320 };
  const [int8, fp32] = [await openInt8(), await openFp32()];
  const agreements = [];
  for (const data of await streetPictures({ ...size, count: 20, everyNth: 10 })) {
    const pixels = nanodet.preprocess.i420({ ...size, data });
    const [candidate, reference] = [
      int8.detections(await int8.infer(int8.input(pixels, size)), size, 0.2),
      fp32.detections(await fp32.infer(fp32.input(pixels, size)), size, 0.2),
    ];
    agreements.push(comparePeople(reference, candidate, 0.4));
  }
  await Promise.all([int8.close(), fp32.close()]);
  const { peopleReference, matchRate, meanOverlap } = summarise(agreements);
  expect(peopleReference).toBeGreaterThan(60);
  expect(matchRate).toBeGreaterThan(0.95);
  expect(meanOverlap).toBeGreaterThan(0.92);
});
