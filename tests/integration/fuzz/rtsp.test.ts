import { afterEach, expect, test, vi } from 'vitest';
import { GopCache } from '../../../gateway/src/streams/gop-cache.ts';
import { seededRandom } from '../../crash/random.ts';
import { readCorpus } from '../../fuzz/rtsp/corpus.ts';
import { partsOf } from '../../fuzz/rtsp/parts.ts';
import { rtsp } from '../../fuzz/rtsp.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('five hundred bad inputs are borne: no crash, no hang, no password in a message', async () => {
  const { failures, inputs } = await rtsp.run({
    runs: 500,
    seed: 20_261_122,
    signal: new AbortController().signal,
    say() {},
  });
  expect(failures).toEqual([]);
  expect(Object.values(inputs).reduce((sum, count) => sum + count, 0)).toBe(500);
});

test('notices a reader that throws, and makes the same input again from the same seed', async () => {
  vi.spyOn(GopCache.prototype, 'push').mockImplementation(() => {
    throw new TypeError('planted');
  });
  const { packets } = partsOf(await readCorpus());
  const inputs = [1, 1].map(() => packets.make(seededRandom(7)).toString('base64'));
  expect(inputs[0]).toBe(inputs[1]);
  const outcomes = Array.from({ length: 20 }, (_, run) => {
    const random = seededRandom(run);
    try {
      packets.feed(packets.make(random), random);
      return null;
    } catch (error) {
      return error;
    }
  });
  expect(outcomes).toContainEqual(new TypeError('planted'));
});
