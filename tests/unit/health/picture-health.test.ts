import { type PictureHealth, PictureHealthSchema } from '@pingan/models/contract';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { PictureHealthMeter } from '../../../gateway/src/health/picture-health.ts';
import { grain, type Paint, picture, seededRandom, street } from './picture-builder.ts';

const random = seededRandom(11);
const live = () => grain(street, 12, random);

/** Shows one picture a second and gives the health after each. */
function show(meter: PictureHealthMeter, scene: (second: number) => Paint, from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) =>
    meter.observe(picture(scene(from + index), (from + index) * 1000)),
  );
}

const findings = (health: (PictureHealth | null)[]) => health.at(-1)?.findings;
const dark: Paint = (x, y) => 16 + 0.08 * street(x, y);

describe('picture health', () => {
  test('says nothing before there were enough looks, then that a live scene is good', () => {
    const health = show(new PictureHealthMeter({ window: 10, needed: 8 }), live, 0, 30);
    expect(health.slice(0, 7)).toEqual(Array(7).fill(null));
    expect(health.slice(7).every((each) => each?.good)).toBe(true);
    expect(Compile(PictureHealthSchema).Errors(health.at(-1))).toEqual([]);
  });

  test.each<[string, (second: number) => Paint, string[]]>([
    ['a black picture', () => () => 16, ['black']],
    ['a dark one', () => grain(dark, 3, random), ['too-dark']],
    ['a bright one', () => (x, y) => 232 - ((x + y) % 5), ['too-bright']],
    ['fog', () => grain((x, y) => 120 + 0.2 * (street(x, y) - 120), 2, random), ['low-contrast']],
    ['a picture out of focus', (second) => (x) => 126 + 70 * Math.sin((x + second) / 30), ['blurred']],
  ])('finds %s', (_, scene, expected) => {
    expect(findings(show(new PictureHealthMeter(), scene, 0, 12))).toEqual(expected);
  });

  test('measures in full range luma', () => {
    const [health] = show(
      new PictureHealthMeter({ window: 1, needed: 1 }),
      () => (x) => (x % 2 ? 235 : 16),
      0,
      1,
    );
    expect(health?.meanLuma).toBeCloseTo(127.5, 1);
    expect(health?.contrast).toBeCloseTo(127.5, 1);
  });

  test('needs N of M looks to confirm and as many to recover', () => {
    const meter = new PictureHealthMeter({ window: 5, needed: 4 });
    show(meter, live, 0, 10);
    const flicker = show(meter, (second) => (second % 2 === 0 ? live() : () => 16), 10, 30);
    expect(flicker.every((each) => each?.good)).toBe(true);
    show(meter, live, 30, 35);
    const black = show(meter, () => () => 16, 35, 41).map((each) => each?.good);
    expect(black).toEqual([true, true, true, false, false, false]);
    const recovered = show(meter, live, 41, 47).map((each) => each?.good);
    expect(recovered).toEqual([false, false, false, true, true, true]);
  });

  test('keeps a confirmed finding until it is clearly over', () => {
    const meter = new PictureHealthMeter({ window: 3, needed: 2 });
    const brightness = (mean: number): Paint => {
      const coded = 16 + (mean * 219) / 255;
      return (x, y) => coded + ((x + y) % 2 === 0 ? 3 : -3);
    };
    expect(findings(show(meter, () => brightness(29), 0, 4))).toContain('too-dark');
    expect(findings(show(meter, () => brightness(33), 4, 8))).toContain('too-dark');
    expect(findings(show(meter, () => brightness(38), 8, 12))).not.toContain('too-dark');
  });

  test('finds the same picture shown again and again, and its recovery', () => {
    const meter = new PictureHealthMeter({ thresholds: { freezeSeconds: 15 }, window: 5, needed: 4 });
    show(meter, live, 0, 10);
    const stuck = live();
    const held = picture(stuck, 0);
    const frozen = Array.from({ length: 30 }, (_, index) =>
      meter.observe({ ...held, monotonicMs: (10 + index) * 1000 }),
    );
    expect(frozen.findIndex((each) => each?.findings.includes('frozen'))).toBe(17);
    expect(findings(frozen)).toEqual(['frozen']);
    expect(findings(show(meter, live, 40, 45))).toEqual([]);
  });

  test('says of a burnt-out picture that it is too bright, not that it is frozen as well', () => {
    const meter = new PictureHealthMeter();
    show(meter, live, 0, 10);
    expect(findings(show(meter, () => () => 235, 10, 40))).toEqual(['too-bright']);
    expect(meter.readings.find(({ finding }) => finding === 'frozen')?.confirmed).toBe(true);
  });

  test('does not take a still night scene with a little grain for a frozen one', () => {
    const night = () => grain((x, y) => 50 + 0.25 * street(x, y), 3, random);
    expect(findings(show(new PictureHealthMeter(), night, 0, 60))).not.toContain('frozen');
  });

  test('does not take a still scene that its camera codes anew at every keyframe for a frozen one', () => {
    const keyframes = (second: number): Paint => {
      const coding = seededRandom(Math.floor(second / 4));
      return grain(street, 4, coding);
    };
    expect(findings(show(new PictureHealthMeter(), keyframes, 0, 60))).toEqual([]);
  });

  test('does not take a still scene with a running clock for a frozen one', () => {
    const clock =
      (second: number): Paint =>
      (x, y) => {
        if (y > 16 || x < 300) return street(x, y);
        return (x + y * 3 + second * 7) % 5 < 2 ? 235 : 16;
      };
    expect(findings(show(new PictureHealthMeter(), clock, 0, 60))).toEqual([]);
  });

  test('does not count time without pictures as frozen', () => {
    const meter = new PictureHealthMeter({ window: 3, needed: 2 });
    const shots = [0, 1, 2, 60, 61, 62].map((second) => meter.observe(picture(street, second * 1000)));
    expect(findings(shots)).toEqual([]);
  });

  test('looks no more often than asked', () => {
    const meter = new PictureHealthMeter({ lookSeconds: 1, window: 3, needed: 2 });
    const shots = Array.from({ length: 20 }, (_, index) => meter.observe(picture(live(), index * 50)));
    expect(shots.every((each) => each === null)).toBe(true);
    expect(meter.observe(picture(live(), 1000))).not.toBeNull();
  });

  test('refuses a short picture and numbers that contradict', () => {
    const whole = picture(street, 0);
    const meter = new PictureHealthMeter();
    expect(() => meter.observe({ ...whole, data: whole.data.subarray(0, 10) })).toThrow(/luma plane/);
    expect(() => new PictureHealthMeter({ window: 10, needed: 5 })).toThrow(/more than half/);
  });
});
