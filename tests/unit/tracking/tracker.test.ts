import type { Detection } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Track, Tracker } from '../../../gateway/src/pipeline.ts';
import { createTracker } from '../../../gateway/src/tracking/tracker.ts';
import { seededRandom } from '../health/picture-builder.ts';
import { look, lookAt, type Walker } from './scene.ts';

const walker: Walker = { x: 0.2, y: 0.5, height: 0.2, speedX: 0.1 };

/** Shows the walkers from `fromMs` for some seconds and gives the tracks after each update. */
function walk(
  tracker: Tracker,
  walkers: readonly Walker[],
  span: { fromMs: number; seconds: number; fps: number },
) {
  const count = Math.round(span.seconds * span.fps);
  return Array.from({ length: count }, (_, index) => {
    const atMs = span.fromMs + (index * 1000) / span.fps;
    return tracker.update(
      walkers.map((each) => lookAt(each, atMs / 1000)),
      atMs,
    );
  });
}

const confirmed = (tracks: readonly Track[] | undefined) =>
  (tracks ?? []).filter((track) => track.state === 'confirmed');

describe('tracker', () => {
  test('is tentative at the first look and confirmed by time, not by one look', () => {
    const tracker = createTracker();
    const states = walk(tracker, [walker], { fromMs: 0, seconds: 1, fps: 5 }).map(([track]) => track?.state);
    expect(states).toEqual(['tentative', 'tentative', 'confirmed', 'confirmed', 'confirmed']);
  });

  test('follows box, foot point and times of a walker', () => {
    const [track] = walk(createTracker(), [walker], { fromMs: 0, seconds: 3, fps: 5 }).at(-1) ?? [];
    expect(track).toMatchObject({
      id: 1,
      label: 'person',
      firstSeenMs: 0,
      lastSeenMs: 2800,
      confidence: 0.8,
    });
    expect(track?.foot[0]).toBeCloseTo(0.48, 1);
    expect(track?.foot[1]).toBeCloseTo(0.6, 2);
    expect(track?.box[3]).toBeCloseTo(0.2, 2);
  });

  test('forgets a single false detection', () => {
    const tracker = createTracker();
    tracker.update([look({ x: 0.5, y: 0.5, height: 0.2 })], 0);
    expect(tracker.update([], 600)).toHaveLength(1);
    expect(tracker.update([], 1000)).toHaveLength(0);
  });

  test('keeps a walker through a gap under the lost time and drops it after', () => {
    const tracker = createTracker();
    walk(tracker, [walker], { fromMs: 0, seconds: 2, fps: 5 });
    expect(tracker.update([], 2000)[0]?.state).toBe('lost');
    const [back] = tracker.update([lookAt(walker, 3)], 3000);
    expect(back).toMatchObject({ id: 1, state: 'confirmed' });
    expect(tracker.update([], 5100)).toHaveLength(0);
  });

  test('does not give an old number to somebody who comes long after', () => {
    const tracker = createTracker();
    const standing = { ...walker, speedX: 0 };
    walk(tracker, [standing], { fromMs: 0, seconds: 1, fps: 5 });
    expect(tracker.update([lookAt(standing, 0)], 60_000).map((track) => track.id)).toEqual([2]);
  });

  test('keeps somebody who stood still for longer than a walker', () => {
    const tracker = createTracker();
    const standing = { ...walker, speedX: 0 };
    walk(tracker, [standing], { fromMs: 0, seconds: 5, fps: 5 });
    expect(tracker.update([], 12_000).map((track) => track.state)).toEqual(['lost']);
    expect(tracker.update([lookAt(standing, 0)], 14_000)[0]?.id).toBe(1);
    expect(tracker.update([], 30_000)).toHaveLength(0);
  });

  test('drops a lost walker who has left the picture', () => {
    const tracker = createTracker();
    walk(tracker, [{ ...walker, x: 0.7, speedX: 0.2 }], { fromMs: 0, seconds: 1.4, fps: 5 });
    expect(tracker.update([], 2000)).toHaveLength(0);
  });

  test('is continued by a weak look and never begun by one', () => {
    const tracker = createTracker();
    walk(tracker, [walker], { fromMs: 0, seconds: 1, fps: 5 });
    const weak = lookAt({ ...walker, confidence: 0.35 }, 1);
    const stranger = look({ x: 0.8, y: 0.3, height: 0.2, confidence: 0.4 });
    const tracks = tracker.update([weak, stranger], 1000);
    expect(tracks.map(({ id, state }) => ({ id, state }))).toEqual([{ id: 1, state: 'confirmed' }]);
    expect(tracker.update([{ ...lookAt(walker, 1.2), confidence: 0.05 }], 1200)[0]?.state).toBe('lost');
  });

  test('reports the median of recent scores, so that one wild score does not count', () => {
    const tracker = createTracker();
    const scores = [0.6, 0.62, 0.64, 0.99, 0.66];
    let tracks: Track[] = [];
    for (const [index, confidence] of scores.entries())
      tracks = tracker.update([lookAt({ ...walker, confidence }, index / 5)], index * 200);
    expect(tracks[0]?.confidence).toBe(0.64);
  });

  test('a parked car stays known through ten minutes of darkness, and is the same one after', () => {
    const tracker = createTracker();
    const car = look({ x: 0.5, y: 0.5, height: 0.2, label: 'car' });
    for (let second = 0; second <= 900; second++) tracker.update([car], second * 1000);
    for (let second = 901; second <= 1400; second++) tracker.update([], second * 1000);
    expect(tracker.update([car], 1_401_000).map(({ id, state }) => [id, state])).toEqual([[1, 'confirmed']]);
    for (let second = 1402; second <= 2100; second++) tracker.update([], second * 1000);
    expect(tracker.update([car], 2_101_000)[0]?.id).toBe(2);
  });

  test('a van taken for a truck now and then is one track, named by the surer half of its looks', () => {
    const tracker = createTracker();
    let tracks: Track[] = [];
    for (const [index, label] of ['car', 'truck', 'car', 'car', 'truck', 'car'].entries())
      tracks = tracker.update([look({ x: 0.5, y: 0.5, height: 0.2, label })], index * 200);
    expect(tracks.map(({ id, label }) => [id, label])).toEqual([[1, 'car']]);
  });

  test('two doubtful names of one group for one thing make it certain enough; two names of nothing in common do not', () => {
    const tracker = createTracker();
    const both = (...labels: string[]) =>
      labels.map((label) => look({ x: 0.5, y: 0.5, height: 0.2, label, confidence: 0.42 }));
    expect(tracker.update(both('motorcycle', 'bicycle'), 0)).toHaveLength(1);
    expect(createTracker().update(both('motorcycle', 'person'), 0)).toEqual([]);
  });

  test('a texture that only looks weakly like somebody is given up after a second', () => {
    const tracker = createTracker();
    const texture = { x: 0.8, y: 0.8, height: 0.1 };
    tracker.update([look({ ...texture, confidence: 0.6 })], 0);
    tracker.update([look({ ...texture, confidence: 0.6 })], 500);
    for (let atMs = 600; atMs <= 4000; atMs += 200)
      tracker.update([look({ ...texture, confidence: 0.4 })], atMs);
    expect(tracker.update([look({ ...texture, confidence: 0.4 })], 4200)).toEqual([]);
  });

  test('a second box on one body begins no track', () => {
    const tracker = createTracker();
    const body = look({ x: 0.5, y: 0.5, height: 0.3 });
    const [left, top, width, height] = body.box;
    const upperHalf: Detection = { ...body, confidence: 0.6, box: [left, top, width, height / 2] };
    let tracks: Track[] = [];
    for (let atMs = 0; atMs <= 2000; atMs += 200)
      tracks = tracker.update(atMs < 400 ? [body] : [body, upperHalf], atMs);
    expect(tracks.map(({ id }) => id)).toEqual([1]);
  });

  test('somebody whose legs are hidden keeps the feet where they were', () => {
    const tracker = createTracker();
    const body = look({ x: 0.5, y: 0.5, height: 0.3 });
    const [left, top, width, height] = body.box;
    for (let atMs = 0; atMs <= 1000; atMs += 200) tracker.update([body], atMs);
    const cut: Detection = { ...body, box: [left, top, width, height * 0.6] };
    let tracks: Track[] = [];
    for (let atMs = 1200; atMs <= 2000; atMs += 200) tracks = tracker.update([cut], atMs);
    expect(tracks[0]?.foot[1]).toBeCloseTo(0.65, 2);
  });

  test('never joins different labels', () => {
    const tracker = createTracker();
    walk(tracker, [walker], { fromMs: 0, seconds: 1, fps: 5 });
    const tracks = tracker.update([lookAt({ ...walker, label: 'dog' }, 1)], 1000);
    expect(tracks.map(({ label, state }) => [label, state])).toEqual([
      ['person', 'lost'],
      ['dog', 'tentative'],
    ]);
  });

  test('keeps both numbers when two people cross', () => {
    const tracker = createTracker();
    const pair: Walker[] = [
      { x: 0.2, y: 0.5, height: 0.2, speedX: 0.12 },
      { x: 0.8, y: 0.54, height: 0.22, speedX: -0.12 },
    ];
    const seen = walk(tracker, pair, { fromMs: 0, seconds: 5, fps: 5 });
    const fromLeftToRight = (tracks: readonly Track[] | undefined) =>
      confirmed(tracks)
        .toSorted((a, b) => a.foot[0] - b.foot[0])
        .map((track) => track.id);
    expect(fromLeftToRight(seen[4])).toHaveLength(2);
    expect(fromLeftToRight(seen.at(-1))).toEqual(fromLeftToRight(seen[4]).reverse());
  });

  test('leaves out boxes that are empty or not numbers', () => {
    const whole = look({ x: 0.5, y: 0.5, height: 0.2 });
    const broken: Detection[] = [
      { ...whole, box: [0.1, 0.1, 0, 0.2] },
      { ...whole, box: [Number.NaN, 0.1, 0.1, 0.2] },
      { ...whole, confidence: Number.NaN },
    ];
    expect(createTracker().update(broken, 0)).toEqual([]);
  });

  test('takes a time that runs backwards for the last one', () => {
    const tracker = createTracker();
    walk(tracker, [walker], { fromMs: 3000, seconds: 1, fps: 5 });
    const [track] = tracker.update([lookAt(walker, 3.8)], 1000);
    expect(track).toMatchObject({ id: 1, lastSeenMs: 3800 });
  });
});

const seed = fc.integer({ min: 1, max: 2 ** 31 });

/** People in lanes of their own, walking up to one body height a second, seen with jitter and now and then not at all. */
function lanes(
  from: number,
  frames: { seconds: number; fps: number },
): { atMs: number; looks: Detection[] }[] {
  const random = seededRandom(from);
  const people = Array.from({ length: 6 }, (_, lane) => {
    const height = 0.1 + 0.03 * random();
    const speedX = (random() * 2 - 1) * height;
    return { x: speedX > 0 ? 0.1 : 0.9, y: 0.1 + lane * 0.16, height, speedX };
  });
  return Array.from({ length: frames.seconds * frames.fps }, (_, index) => {
    const seconds = index / frames.fps;
    const looks = people.flatMap((person) => {
      if (random() < 0.05 && seconds > 1) return [];
      const jitter = 0.03 * person.height;
      const seen = lookAt(person, seconds);
      const [x, y, width, height] = seen.box;
      const moved = [x + (random() - 0.5) * jitter, y + (random() - 0.5) * jitter] as const;
      return [
        { ...seen, confidence: 0.5 + 0.4 * random(), box: [...moved, width, height] } satisfies Detection,
      ];
    });
    return { atMs: seconds * 1000, looks };
  });
}

/** For each lane the numbers it has had. */
function numbersByLane(frames: { atMs: number; looks: Detection[] }[]): Map<number, Set<number>> {
  const tracker = createTracker();
  const numbers = new Map<number, Set<number>>();
  for (const { atMs, looks } of frames) {
    for (const track of confirmed(tracker.update(looks, atMs))) {
      const lane = Math.round((track.box[1] + track.box[3] / 2 - 0.1) / 0.16);
      numbers.set(lane, (numbers.get(lane) ?? new Set()).add(track.id));
    }
  }
  return numbers;
}

describe('tracker, for any scene', () => {
  test('the order of detections changes nothing', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const random = seededRandom(from + 1);
        const straight = createTracker();
        const shuffled = createTracker();
        for (const { atMs, looks } of lanes(from, { seconds: 6, fps: 5 })) {
          const mixed = looks.toSorted(() => random() - 0.5);
          expect(shuffled.update(mixed, atMs)).toEqual(straight.update(looks, atMs));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('every person keeps one number, at any of several picture rates', () => {
    fc.assert(
      fc.property(seed, fc.constantFrom(2.5, 5, 10), (from, fps) => {
        const numbers = numbersByLane(lanes(from, { seconds: 6, fps }));
        expect(numbers.size).toBe(6);
        for (const ids of numbers.values()) expect(ids.size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  test('half the pictures give as many people with as few numbers', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const frames = lanes(from, { seconds: 6, fps: 5 });
        const half = frames.filter((_, index) => index % 2 === 0);
        const ids = (numbers: Map<number, Set<number>>) =>
          [...numbers].map(([lane, set]) => [lane, set.size]);
        expect(ids(numbersByLane(half)).sort()).toEqual(ids(numbersByLane(frames)).sort());
      }),
      { numRuns: 50 },
    );
  });

  test('a flood of detections stays bounded, with numbers that only grow', () => {
    const random = seededRandom(5);
    const tracker = createTracker({ maxTracks: 120 });
    let newest = 0;
    for (let update = 0; update < 30; update++) {
      const flood = Array.from({ length: 300 }, () =>
        look({ x: random(), y: random(), height: 0.02 + random() * 0.05 }),
      );
      const ids = tracker.update(flood, update * 200).map((track) => track.id);
      expect(ids.length).toBeLessThanOrEqual(120);
      expect(new Set(ids).size).toBe(ids.length);
      const born = ids.filter((id) => id > newest);
      expect(born).toEqual(born.toSorted((a, b) => a - b));
      newest = Math.max(newest, ...ids);
    }
    expect(tracker.update([], 600_000)).toEqual([]);
  });
});
