import { describe, expect, test } from 'vitest';
import {
  compareWithBaselines,
  periodOf,
  previousPeriod,
  samePeriod,
} from '../../../dashboard/server/src/index/index.ts';

describe('a period', () => {
  test.each([
    ['2026-11-22', 'day', '2026-11-22', '2026-11-22', 1],
    ['2026-W47', 'week', '2026-11-16', '2026-11-22', 7],
    ['2026-W01', 'week', '2025-12-29', '2026-01-04', 7],
    ['2026-02', 'month', '2026-02-01', '2026-02-28', 28],
    ['2024-02', 'month', '2024-02-01', '2024-02-29', 29],
    ['2026', 'year', '2026-01-01', '2026-12-31', 365],
  ])('%s is a %s', (code, kind, from, to, days) => {
    expect(periodOf(code)).toEqual({ code, kind, from, to, days });
  });

  test.each([
    '',
    '2026-13',
    '2026-02-30',
    '2025-W53',
    '2026-W00',
    '26',
    '2026-11-22T00',
    '0000',
    'soon',
  ])('is not "%s"', (code) => {
    expect(() => periodOf(code)).toThrow(/must be a day 2026-11-22, a week/);
  });

  test.each([
    ['2026-01-01', '2025-12-31'],
    ['2026-W01', '2025-W52'],
    ['2021-W01', '2020-W53'],
    ['2026-03', '2026-02'],
    ['2026', '2025'],
  ])('%s follows %s', (code, before) => {
    expect(previousPeriod(periodOf(code)).code).toBe(before);
  });

  test.each([
    ['2026-11-22', 1, '2025-11-22'],
    ['2024-02-29', 1, '2023-02-28'],
    ['2024-02-29', 4, '2020-02-29'],
    ['2020-W53', 1, '2019-W52'],
    ['2026-W53', 6, '2020-W53'],
    ['2026-11', 3, '2023-11'],
  ])('%s has its same period %d years before in %s', (code, years, there) => {
    expect(samePeriod(periodOf(code), years).code).toBe(there);
  });
});

describe('a figure against its baselines', () => {
  const series: Record<string, number> = {
    '2026-11': 12,
    '2026-10': 10,
    '2025-11': 8,
    '2024-11': 10,
    '2023-11': 12,
  };
  const figureOf = (code: string) => series[code] ?? null;

  test('is compared with the month before, the year before and past years', () => {
    const { value, previous, yearAgo, pastYears } = compareWithBaselines('2026-11', figureOf);
    expect(value).toBe(12);
    expect(previous).toEqual({ base: 10, change: 2, percent: 20 });
    expect(yearAgo).toEqual({ base: 8, change: 4, percent: 50 });
    expect(pastYears).toEqual({
      base: 10,
      change: 2,
      percent: 20,
      periods: ['2025-11', '2024-11', '2023-11'],
      min: 8,
      max: 12,
      deviations: 1,
    });
  });

  test('has no comparison where a side is unknown, and no mean of too few years', () => {
    expect(compareWithBaselines('2025-11', figureOf)).toMatchObject({
      previous: null,
      yearAgo: { base: 10, change: -2 },
      pastYears: { periods: ['2024-11', '2023-11'], deviations: null },
    });
    expect(compareWithBaselines('2024-11', figureOf).pastYears).toBeNull();
    expect(compareWithBaselines('2022-11', figureOf)).toMatchObject({ value: null, previous: null });
    expect(compareWithBaselines('2026-11', () => Number.NaN)).toMatchObject({ value: null, yearAgo: null });
  });

  test('has no percentage of a base of 0', () => {
    expect(compareWithBaselines('2026-11', (code) => (code === '2026-11' ? 3 : 0)).previous).toEqual({
      base: 0,
      change: 3,
      percent: null,
    });
  });
});
