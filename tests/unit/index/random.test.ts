import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../dashboard/server/src/index/random.ts';

function moments(draw: () => number, size = 40_000): { mean: number; variance: number } {
  const values = Array.from({ length: size }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size };
}

describe('random numbers', () => {
  test('repeat with their seed and differ between seeds', () => {
    const first = createRandom(7);
    const again = createRandom(7);
    const other = createRandom(8);
    const draws = Array.from({ length: 5 }, () => first.next());
    expect(Array.from({ length: 5 }, () => again.next())).toEqual(draws);
    expect(other.next()).not.toBe(draws[0]);
  });

  test('are uniform in [0, 1)', () => {
    const { next } = createRandom(1);
    const { mean, variance } = moments(next);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  test('are standard normal', () => {
    const { mean, variance } = moments(createRandom(2).normal);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });

  test.each([0.3, 1, 4.5, 60])('have mean and variance of a gamma with shape %f', (shape) => {
    const random = createRandom(3);
    const { mean, variance } = moments(() => random.gamma(shape));
    expect(Math.abs(mean / shape - 1)).toBeLessThan(0.04);
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.08);
  });

  test.each([0.2, 3, 40, 900])('have mean and variance of a Poisson with mean %f', (expected) => {
    const random = createRandom(4);
    const { mean, variance } = moments(() => random.poisson(expected));
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.04);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.06);
  });

  test('of a Poisson with mean 0 are 0', () => {
    expect(createRandom(5).poisson(0)).toBe(0);
  });
});
