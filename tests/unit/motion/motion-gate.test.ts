import { describe, expect, test } from 'vitest';
import { createMotionGate } from '../../../gateway/src/motion/motion-gate.ts';
import type { MotionGate } from '../../../gateway/src/pipeline.ts';
import { grain, type Paint, picture, seededRandom, street, withFigure } from '../health/picture-builder.ts';

const STEP_MS = 200;

/** Shows the gate `seconds` of pictures, five a second, from `fromMs` on; gives the verdicts. */
function show(gate: MotionGate, scene: (index: number) => Paint, from: { ms: number; seconds: number }) {
  const count = Math.round((from.seconds * 1000) / STEP_MS);
  return Array.from({ length: count }, (_, index) =>
    gate.observe(picture(scene(index), from.ms + index * STEP_MS)),
  );
}

const moving = (verdicts: { moving: boolean }[]) => verdicts.filter((verdict) => verdict.moving).length;

describe('motion gate', () => {
  test('is open until the background is learnt and closes on a still scene with noise', () => {
    const random = seededRandom(1);
    const gate = createMotionGate();
    const verdicts = show(gate, () => grain(street, 6, random), { ms: 0, seconds: 20 });
    expect(verdicts.slice(0, 5).every((verdict) => verdict.moving)).toBe(true);
    expect(moving(verdicts.slice(6))).toBe(0);
  });

  test('opens at once for a walking figure and says how much changed', () => {
    const random = seededRandom(2);
    const gate = createMotionGate();
    show(gate, () => grain(street, 4, random), { ms: 0, seconds: 5 });
    const verdicts = show(gate, (index) => grain(withFigure(street, 40 + index * 4, 90), 4, random), {
      ms: 5000,
      seconds: 5,
    });
    expect(moving(verdicts)).toBe(verdicts.length);
    expect(verdicts[3]?.changedShare).toBeGreaterThan(0.002);
    expect(verdicts[3]?.changedShare).toBeLessThan(0.2);
  });

  test('stays open for the hold time after the figure has left, then closes', () => {
    const gate = createMotionGate({ holdSeconds: 3 });
    show(gate, () => street, { ms: 0, seconds: 3 });
    show(gate, (index) => withFigure(street, 40 + index * 4, 90), { ms: 3000, seconds: 1 });
    const after = show(gate, () => street, { ms: 4000, seconds: 8 });
    const openMs = moving(after) * STEP_MS;
    expect(openMs).toBeGreaterThanOrEqual(2600);
    expect(openMs).toBeLessThanOrEqual(4000);
    expect(after.at(-1)?.moving).toBe(false);
  });

  test('stays open while a person stands still for some seconds', () => {
    const random = seededRandom(3);
    const gate = createMotionGate();
    show(gate, () => grain(street, 4, random), { ms: 0, seconds: 5 });
    const standing = show(gate, () => grain(withFigure(street, 100, 90), 4, random), {
      ms: 5000,
      seconds: 25,
    });
    expect(moving(standing)).toBe(standing.length);
  });

  test('takes a dimmed scene for the same scene', () => {
    const random = seededRandom(4);
    const gate = createMotionGate();
    show(gate, () => grain(street, 4, random), { ms: 0, seconds: 5 });
    const dimmed: Paint = (x, y) => 40 + 0.6 * (street(x, y) - 16);
    expect(moving(show(gate, () => grain(dimmed, 4, random), { ms: 5000, seconds: 4 }))).toBe(0);
  });

  test('takes headlights on half of the scene for light, not for motion', () => {
    const gate = createMotionGate();
    show(gate, () => street, { ms: 0, seconds: 5 });
    const lit: Paint = (x, y) =>
      street(x, y) + 50 * Math.exp(-(((x - 200) / 90) ** 2) - ((y - 110) / 90) ** 2);
    expect(moving(show(gate, () => lit, { ms: 5000, seconds: 4 }))).toBe(0);
  });

  test('learns a wholly different picture within its cut-off and closes again', () => {
    const gate = createMotionGate({ learnSeconds: 1 });
    show(gate, () => street, { ms: 0, seconds: 5 });
    const infrared: Paint = (x, y) => 100 + 50 * Math.sin(x / 5) * Math.sin(y / 6);
    const verdicts = show(gate, () => infrared, { ms: 5000, seconds: 6 });
    expect(verdicts[0]).toMatchObject({ moving: true });
    expect(verdicts[0]?.changedShare).toBeGreaterThan(0.6);
    expect(moving(verdicts.slice(6))).toBe(0);
  });

  test('starts anew when the picture changes its size', () => {
    const gate = createMotionGate();
    show(gate, () => street, { ms: 0, seconds: 3 });
    const verdict = gate.observe(picture(street, 3000, { width: 416, height: 320 }));
    expect(verdict).toEqual({ moving: true, changedShare: 1 });
  });

  test('gives the same verdict on a still and a moving scene at half the picture rate', () => {
    const gate = createMotionGate();
    const every = 2 * STEP_MS;
    const verdicts = Array.from({ length: 40 }, (_, index) => {
      const paint = index < 20 ? street : withFigure(street, 20 + index * 8, 90);
      return gate.observe(picture(paint, index * every));
    });
    expect(moving(verdicts.slice(4, 20))).toBe(0);
    expect(moving(verdicts.slice(20))).toBe(20);
  });

  test('bears a clock that stands or runs backwards', () => {
    const gate = createMotionGate();
    show(gate, () => street, { ms: 10_000, seconds: 3 });
    expect(gate.observe(picture(street, 0)).moving).toBe(false);
  });

  test('works on a picture smaller than one block', () => {
    const gate = createMotionGate();
    expect(gate.observe(picture(street, 0, { width: 2, height: 2 })).moving).toBe(true);
    expect(gate.observe(picture(street, 5000, { width: 2, height: 2 })).moving).toBe(false);
  });

  test('refuses a picture whose luma plane is short or empty', () => {
    const gate = createMotionGate();
    const whole = picture(street, 0);
    expect(() => gate.observe({ ...whole, data: whole.data.subarray(0, 100) })).toThrow(/luma plane/);
    expect(() => gate.observe({ ...whole, width: 0 })).toThrow(/at least one pixel/);
  });
});
