import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addSums,
  figuresOf,
  type HealthFigure,
  type HealthSums,
  NO_SUMS,
} from '../../../dashboard/server/src/health/figures.ts';

const rules = { minimumCoverage: 0.5, slotSeconds: 300 };
const day: HealthSums = {
  cameras: 2,
  expected: 172_800,
  observed: 172_800,
  countedExpected: 172_800,
  countedOnline: 129_600,
  online: 129_600,
  good: 108_000,
  poor: 21_600,
  attempts: 576,
  successes: 432,
  clockDevices: 2,
  clockAccurate: 1,
};
const of = (sums: HealthSums, code: HealthFigure['code']) =>
  figuresOf(sums, rules).find((figure) => figure.code === code);

describe('operations figures', () => {
  test('are numerator / denominator with their coverage', () => {
    expect(of(day, 'online')).toMatchObject({ numerator: 36, denominator: 48, value: 0.75, coverage: 1 });
    expect(of(day, 'picture')).toMatchObject({ numerator: 30, denominator: 36, coverage: 1 });
    expect(of(day, 'clock')).toMatchObject({ numerator: 1, denominator: 2, value: 0.5, coverage: 1 });
    expect(of(day, 'connection')).toMatchObject({
      numerator: 432,
      denominator: 576,
      value: 0.75,
      coverage: 1,
    });
  });

  test('read collecting without data', () => {
    for (const { value, denominator, coverage } of figuresOf(NO_SUMS, rules)) {
      expect([value, denominator, coverage]).toEqual([null, 0, 0]);
    }
  });

  test('of pictures read collecting while most of the time online is not judged', () => {
    expect(of({ ...day, good: 30_000, poor: 0 }, 'picture')).toMatchObject({ value: null });
    expect(of({ ...day, good: 90_000, poor: 0 }, 'picture')).toMatchObject({ value: 1 });
  });

  test('of connection read collecting below the minimum coverage', () => {
    expect(of({ ...day, attempts: 287, successes: 287 }, 'connection')).toMatchObject({ value: null });
    expect(of({ ...day, attempts: 288, successes: 288 }, 'connection')).toMatchObject({ value: 1 });
  });

  test('of two halves added are those of the whole', () => {
    const keys = Object.keys(NO_SUMS).filter((key): key is keyof HealthSums => key in NO_SUMS);
    const sums = fc
      .array(fc.nat(1e6), { minLength: keys.length, maxLength: keys.length })
      .map(
        (numbers): HealthSums =>
          Object.assign({ ...NO_SUMS }, ...keys.map((key, at) => ({ [key]: numbers[at] ?? 0 }))),
      );
    fc.assert(
      fc.property(sums, sums, (a, b) => {
        expect(addSums(a, b)).toEqual(addSums(b, a));
        expect(addSums(a, NO_SUMS)).toEqual(a);
        for (const { coverage } of figuresOf(addSums(a, b), rules)) {
          expect(coverage).toBeGreaterThanOrEqual(0);
          expect(coverage).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
