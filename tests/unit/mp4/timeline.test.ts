import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MediaTimeline } from '../../../gateway/src/base/mp4/timeline.ts';

/** Feeds units at these RTP times, seconds; arrival is even unless given. */
function timesOf(
  timeline: MediaTimeline,
  rtpSeconds: readonly number[],
  arrivalMs = (index: number) => index * 100,
) {
  return rtpSeconds.map((seconds, index) => {
    const sample = timeline.next({ rtpTime: Math.round(seconds * 90_000), monotonicMs: arrivalMs(index) });
    return { ...sample, presentation: (sample.decodeTime + sample.compositionOffset) / 90_000 };
  });
}

describe('media time line', () => {
  test('of an even stream shows every picture when it is decoded', () => {
    const samples = timesOf(new MediaTimeline({ frameTicks: 9000 }), [7, 7.1, 7.2, 7.3]);
    expect(samples.map((sample) => sample.decodeTime)).toEqual([90_000, 99_000, 108_000, 117_000]);
    expect(samples.every((sample) => sample.compositionOffset === 0 && sample.duration === 9000)).toBe(true);
  });

  test('learns the frame duration after a wrong first guess', () => {
    const samples = timesOf(
      new MediaTimeline(),
      Array.from({ length: 60 }, (_, index) => index * 0.2),
    );
    expect(samples.at(-1)?.compositionOffset).toBeLessThan(0.05 * 90_000);
    expect(samples.at(-1)?.duration).toBeGreaterThan(0.19 * 90_000);
  });

  test('follows the display order of B-frames and never shows a picture before it is decoded when there is a lead', () => {
    const order = Array.from({ length: 20 }, (_, group) =>
      [0, 3, 1, 2].map((step) => (group * 3 + step) / 10),
    ).flat();
    const distinct = [...new Set(order)];
    const samples = timesOf(new MediaTimeline({ originSeconds: 3, leadSeconds: 1.5 }), distinct);
    samples.forEach((sample, index) => {
      expect(sample.presentation).toBeCloseTo(3 + (distinct[index] ?? 0), 4);
      expect(sample.compositionOffset).toBeGreaterThan(0);
    });
  });

  test('takes the arrival times where the camera clock jumps', () => {
    const samples = timesOf(new MediaTimeline(), [5, 5.1, 4_000, 4_000.1, 12, 12.1]);
    expect(samples.map((sample) => Number(sample.presentation.toFixed(1)))).toEqual([
      1, 1.1, 1.2, 1.3, 1.4, 1.5,
    ]);
  });

  test('has no hole in decode time, whatever the times are', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -200_000, max: 2_000_000 }), fc.nat(3000)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const timeline = new MediaTimeline();
        let [rtpTime, monotonicMs, expected] = [1e9, 0, 90_000];
        for (const [ticks, ms] of list) {
          rtpTime += ticks;
          monotonicMs += ms;
          const sample = timeline.next({ rtpTime, monotonicMs });
          expect(sample.decodeTime).toBe(expected);
          expect(sample.duration).toBeGreaterThan(0);
          expect(sample.decodeTime + sample.compositionOffset).toBeGreaterThanOrEqual(0);
          expected += sample.duration;
        }
      }),
    );
  });
});
