import { describe, expect, test } from 'vitest';
import { Baseline } from '../../../gateway/src/health/baseline.ts';
import { measureColour } from '../../../gateway/src/health/colour.ts';
import { measureEdges } from '../../../gateway/src/health/edges.ts';
import { measureNoise } from '../../../gateway/src/health/grain.ts';
import { reduceLuma } from '../../../gateway/src/health/luma.ts';
import { compareScene, emptyMap, mapScene } from '../../../gateway/src/health/scene.ts';
import { ShakeMeter } from '../../../gateway/src/health/shake.ts';
import { ShiftMeter } from '../../../gateway/src/health/shift.ts';
import { measureStripes } from '../../../gateway/src/health/stripes.ts';
import { measureTone } from '../../../gateway/src/health/tone.ts';
import { grain, type Paint, picture, seededRandom, street, wall } from './picture-builder.ts';

const luma = (paint: Paint) => reduceLuma(picture(paint, 0), null);
const moved =
  (paint: Paint, dx: number, dy: number): Paint =>
  (x, y) =>
    paint(x + dx, y + dy);

describe('tone', () => {
  test('measures mean and spread in full range luma', () => {
    const tone = measureTone(luma((x) => (x % 2 ? 235 : 16)));
    expect(tone.meanLuma).toBeCloseTo(127.5, 1);
    expect(tone.contrast).toBeCloseTo(127.5, 1);
    expect(tone.spread).toBeCloseTo(255, 1);
  });

  test('a line of white text does not lift the 95th percentile of a black picture', () => {
    const tone = measureTone(luma((_, y) => (y < 8 ? 235 : 16)));
    expect(tone.percentile95).toBe(0);
  });
});

describe('edges', () => {
  const step =
    (sigma: number): Paint =>
    (x, y) => {
      const phase = (x + 7) % 64;
      const from = phase < 32 ? phase - 15.5 : 47.5 - phase;
      return 120 + 60 * Math.tanh(from / Math.max(0.01, sigma * 1.25)) * (y % 2 === 0 ? 1 : 0.98);
    };

  test('are steep when crisp, and the less the wider they are blurred', () => {
    const [crisp = 0, soft = 0, blurred = 0] = [0.2, 1.5, 4].map(
      (sigma) => measureEdges(picture(step(sigma), 0)).steepness,
    );
    expect(crisp).toBeGreaterThan(0.45);
    expect(soft).toBeLessThan(crisp);
    expect(blurred).toBeLessThan(soft);
    expect(blurred).toBeLessThan(0.38);
  });

  test('are as steep in a flat light', () => {
    const flat: Paint = (x, y) => 120 + 0.3 * (step(0.2)(x, y) - 120);
    expect(measureEdges(picture(flat, 0)).steepness).toBeGreaterThan(0.45);
  });
});

describe('colour', () => {
  const tinted = (u: number, v: number, share = 1) => {
    const shot = picture(street, 0);
    const chroma = shot.width * shot.height;
    const quarter = chroma / 4;
    shot.data.fill(128 + u, chroma, chroma + quarter * share);
    shot.data.fill(128 + v, chroma + quarter, chroma + quarter + quarter * share);
    return shot;
  };

  test('a tint over everything is a cast, in any direction', () => {
    for (const [u, v] of [
      [30, 0],
      [-20, 22],
      [0, -30],
    ] as const)
      expect(measureColour(tinted(u, v)).cast).toBeGreaterThan(16);
  });

  test('half a picture of green is none, and grey is none', () => {
    expect(measureColour(tinted(-30, -30, 0.5)).cast).toBe(0);
    expect(measureColour(tinted(0, 0))).toMatchObject({ saturation: 0, cast: 0 });
  });
});

describe('noise', () => {
  test('is its standard deviation, whatever the texture', () => {
    const random = seededRandom(3);
    const shots = [0, 1].map(() => luma(grain(street, 20, random)));
    const [a, b] = shots;
    if (!a || !b) throw new Error('two pictures');
    // Sum of two uniform numbers about 0, times 20 × 1.5: standard deviation 30 / √6.
    expect(measureNoise(b, a)).toBeGreaterThan(9);
    expect(measureNoise(b, a)).toBeLessThan(15);
  });

  test('is none in a still picture and cannot be told from one', () => {
    expect(measureNoise(luma(street), luma(street))).toBe(0);
    expect(measureNoise(luma(street), null)).toBe(0);
  });
});

describe('stripes', () => {
  const striped =
    (wave: (x: number, y: number) => number): Paint =>
    (x, y) =>
      wall(x, y) + 12 * Math.sin(2 * Math.PI * wave(x, y));

  test.each<[string, (x: number, y: number) => number]>([
    ['horizontal', (_, y) => y / 9],
    ['vertical', (x) => x / 7],
    ['diagonal', (x, y) => (x + 2 * y) / 17],
  ])('finds %s ones and their amplitude', (_, wave) => {
    const { prominence, amplitude } = measureStripes(luma(striped(wave)));
    expect(prominence).toBeGreaterThan(11);
    expect(amplitude).toBeGreaterThan(8);
    expect(amplitude).toBeLessThan(16);
  });

  test('takes neither a street nor a fence in one corner for them', () => {
    expect(measureStripes(luma(street)).prominence).toBeLessThan(11);
    const fence: Paint = (x, y) => (x < 80 && y < 80 ? wall(x, y) + 40 * Math.sin(x) : wall(x, y));
    expect(measureStripes(luma(fence)).prominence).toBeLessThan(11);
  });
});

describe('shift', () => {
  test('follows the camera to a fraction of a pixel', () => {
    const meter = new ShiftMeter();
    const soft: Paint = (x, y) => 120 + 50 * Math.sin(x / 6.1 + Math.cos(y / 9)) + 40 * Math.sin(y / 5.3);
    expect(meter.measure(picture(soft, 0))).toBeNull();
    const shift = meter.measure(picture(moved(soft, 3.5, -2), 200));
    expect(shift?.x).toBeCloseTo(-3.5, 0);
    expect(shift?.y).toBeCloseTo(2, 0);
  });

  test('something that passes does not move the camera', () => {
    const meter = new ShiftMeter();
    const passing =
      (left: number): Paint =>
      (x, y) =>
        x >= left && x < left + 60 && y > 100 ? 200 : wall(x, y);
    meter.measure(picture(passing(40), 0));
    const shift = meter.measure(picture(passing(52), 200));
    expect(Math.hypot(shift?.x ?? 0, shift?.y ?? 0)).toBeLessThan(0.3);
  });

  test('turning one way is not shaking', () => {
    const [turning, shaking] = [new ShakeMeter(), new ShakeMeter()];
    for (let n = 0; n < 20; n++) {
      turning.observe(picture(moved(wall, n * 2, 0), n * 200));
      shaking.observe(picture(moved(wall, n % 2 === 0 ? 3 : 0, 0), n * 200));
    }
    expect(turning.measure()).toBe(0);
    expect(shaking.measure()).toBeGreaterThan(2);
  });
});

describe('scene', () => {
  const map = (paint: Paint) => mapScene(luma(paint), emptyMap());
  const view = (paint: Paint) => {
    const seen = map(paint);
    return { ...seen, latest: seen.cells };
  };

  test('is the same in less light and less contrast', () => {
    const change = compareScene(
      view((x, y) => 30 + 0.4 * wall(x, y)),
      map(wall),
    );
    expect(change).toMatchObject({ changed: 0, covered: 0 });
    expect(change.structured).toBeGreaterThan(0.9);
  });

  test('is covered where detail is gone, and moved where other detail is', () => {
    const half: Paint = (x, y) => (x < 160 ? 90 : wall(x, y));
    expect(compareScene(view(half), map(wall)).covered).toBeCloseTo(0.5, 0);
    const other = compareScene(view(moved(wall, 61, 43)), map(wall));
    expect(other.moved).toBeGreaterThan(0.45);
    expect(other.covered).toBeLessThan(0.15);
  });

  test('is covered at once, though the mean of the last looks still has what was there before', () => {
    const now = view(() => 90);
    const mean = map((x, y) => 90 + 0.2 * (wall(x, y) - 90));
    expect(compareScene({ ...now, cells: mean.cells }, map(wall)).covered).toBe(1);
  });
});

describe('baseline', () => {
  const measures = {
    meanLuma: 120,
    steepness: 0.6,
    coverage: 0.8,
    spread: 150,
    noise: 2,
    cast: 1,
    tintU: 0,
    tintV: 0,
    prominence: 5,
  };

  test('is told only after ten looks, and comes back from its text', () => {
    const baseline = new Baseline();
    const scene = mapScene(luma(wall), emptyMap());
    for (let look = 0; look < 9; look++) baseline.learn('day', measures, scene, 1);
    expect(baseline.of('day')).toBeNull();
    baseline.learn('day', measures, scene, 1);
    const restored = new Baseline();
    restored.restore(baseline.save());
    expect(restored.of('day')?.steepness).toBeCloseTo(0.6);
    expect(restored.of('night')).toBeNull();
    expect(
      compareScene({ ...scene, latest: scene.cells }, restored.scene('night') ?? emptyMap()).changed,
    ).toBe(0);
    expect(baseline.save().length).toBeLessThan(16_000);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"version":1}',
    '{"version":2,"lights":[{"light":"day","cells":"AAAA"}]}',
  ])('forgets text that it cannot read: %s', (text) => {
    const baseline = new Baseline();
    baseline.restore(text);
    expect(baseline.scene('day')).toBeNull();
  });
});
