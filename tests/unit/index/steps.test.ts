import { describe, expect, test } from 'vitest';
import { weightedMean } from '../../../dashboard/server/src/index/aggregate.ts';
import { impute } from '../../../dashboard/server/src/index/impute.ts';
import { compileModel, type Indicator } from '../../../dashboard/server/src/index/model.ts';
import { normalise } from '../../../dashboard/server/src/index/normalise.ts';
import {
  competitionRanks,
  median,
  sampleSd,
  shapeOf,
  spearman,
} from '../../../dashboard/server/src/index/statistics.ts';
import { treat } from '../../../dashboard/server/src/index/treat.ts';
import { frameworkOf } from './build.ts';

const column = (...values: number[]) => Float64Array.from(values);
const NA = Number.NaN;

function indicatorOf(fields: object): Indicator {
  const [indicator] = compileModel(
    frameworkOf({ code: 'i', children: [{ code: 'x', ...fields }] }),
  ).indicators;
  if (indicator === undefined) throw new Error('no indicator');
  return indicator;
}

function normalised(fields: object, ...values: number[]): number[] {
  return [...normalise(column(...values), indicatorOf(fields))];
}

describe('statistics', () => {
  test('skewness and kurtosis are those of common spreadsheets', () => {
    const values = column(...Array.from({ length: 10 }, (_, i) => i + 1), 30, 100);
    expect(shapeOf(values).skew).toBeCloseTo(3.0632410342394985, 10);
    expect(shapeOf(values).kurtosis).toBeCloseTo(9.74139083456914, 10);
  });

  test('skewness and kurtosis are 0 where they are undefined', () => {
    expect(shapeOf(column(1, 2))).toEqual({ skew: 0, kurtosis: 0 });
    expect(shapeOf(column(1, 2, 6)).kurtosis).toBe(0);
    expect(shapeOf(column(0.1, 0.1, 0.1, 0.1, 0.1))).toEqual({ skew: 0, kurtosis: 0 });
  });

  test('median and sample deviation leave missing values out', () => {
    expect(median(column(9, NA, 1, 4))).toBe(4);
    expect(median(column(1, 2, 3, 10))).toBe(2.5);
    expect(sampleSd(column(2, 4, 4, NA, 4, 5, 5, 7, 9))).toBeCloseTo(2.138089935299395, 12);
  });

  test('competition ranks share the better place and give none to the missing', () => {
    expect([...competitionRanks(column(5, 7, NA, 7, 1))]).toEqual([3, 1, 0, 1, 4]);
  });

  test('rank correlation is 1 for any rising transformation and −1 for a falling one', () => {
    expect(spearman(column(1, 2, 3, NA), column(1, 8, 27, 5))).toBeCloseTo(1, 12);
    expect(spearman(column(1, 2, 3), column(-1, -8, -27))).toBeCloseTo(-1, 12);
  });
});

describe('normalisation', () => {
  test('min–max reaches both ends of any range', () => {
    expect(normalised({ normalisation: { method: 'min-max', range: [1, 100] } }, 10, 20, NA, 15)).toEqual([
      1,
      100,
      NA,
      50.5,
    ]);
  });

  test('takes the direction before the minimum: less is better', () => {
    expect(normalised({ direction: 'negative' }, 10, 20, 12.5)).toEqual([100, 0, 75]);
  });

  test('z-scores have the mean and deviation asked for', () => {
    const scores = normalised({ normalisation: { method: 'z-score', mean: 50, sd: 10 } }, 1, 2, 3, 4, 5);
    expect(scores[2]).toBe(50);
    expect(sampleSd(column(...scores))).toBeCloseTo(10, 12);
  });

  test('ranks count from the worst, and ties share the average or the lowest', () => {
    expect(normalised({ normalisation: { method: 'rank' } }, 3, 1, 3, 9)).toEqual([2.5, 1, 2.5, 4]);
    expect(normalised({ normalisation: { method: 'rank', ties: 'min' } }, 3, 1, 3, 9)).toEqual([2, 1, 2, 4]);
    expect(normalised({ direction: 'negative', normalisation: { method: 'rank' } }, 3, 1, NA, 9)).toEqual([
      2,
      3,
      NA,
      1,
    ]);
  });

  test('percentiles run from 0 to 100', () => {
    expect(normalised({ normalisation: { method: 'percentile' } }, 7, 1, 100, 8, 9, NA)).toEqual([
      25,
      0,
      100,
      50,
      75,
      NA,
    ]);
  });

  test('distance to target is 100 at the target and 0 at the worst, capped unless told otherwise', () => {
    const target = { target: 20, normalisation: { method: 'distance-to-target' } };
    expect(normalised(target, 0, 15, 20, 30)).toEqual([0, 75, 100, 100]);
    const open = { target: 20, normalisation: { method: 'distance-to-target', cap: false } };
    expect(normalised(open, 0, 30)).toEqual([0, 150]);
    expect(normalised({ ...target, direction: 'negative', target: 9 }, 9, 19, 14)).toEqual([100, 0, 50]);
    expect(normalised(target, 25, 21, NA)).toEqual([100, 100, NA]);
  });

  test('goalposts are fixed, capped and may be logarithmic', () => {
    expect(
      normalised(
        { goalposts: [20, 85], normalisation: { method: 'goalposts', range: [0, 1] } },
        20,
        52.5,
        90,
      ),
    ).toEqual([0, 0.5, 1]);
    expect(normalised({ goalposts: [0, 10], direction: 'negative' }, 0, 4, 12)).toEqual([100, 60, 0]);
    expect(
      normalised({ goalposts: [0, 10], normalisation: { method: 'goalposts', cap: false } }, 12),
    ).toEqual([120]);
    expect(normalised({ goalposts: [1, 100], transform: 'log' }, Math.log(10))[0]).toBeCloseTo(50, 12);
  });

  test('a column of equal values becomes the middle of the range', () => {
    expect(normalised({}, 4, 4, NA)).toEqual([50, 50, NA]);
    expect(normalised({ normalisation: { method: 'z-score' } }, 0.1, 0.1, 0.1)).toEqual([0, 0, 0]);
  });

  test('none keeps the values and turns those where less is better', () => {
    expect(normalised({ normalisation: { method: 'none' }, direction: 'negative' }, 4, -2)).toEqual([-4, 2]);
  });
});

describe('weighted means', () => {
  const values = column(2, 8);
  test('of three kinds', () => {
    expect(weightedMean('arithmetic', values, column(1, 3))).toBe(6.5);
    expect(weightedMean('geometric', values, column(1, 1))).toBeCloseTo(4, 12);
    expect(weightedMean('harmonic', values, column(1, 1))).toBeCloseTo(3.2, 12);
  });

  test('are 0 with a zero, but for the arithmetic one', () => {
    expect(weightedMean('geometric', column(0, 8), column(1, 1))).toBe(0);
    expect(weightedMean('harmonic', column(0, 8), column(1, 1))).toBe(0);
  });

  test('refuse negative values where they have no meaning', () => {
    expect(() => weightedMean('geometric', column(-1, 8), column(1, 1))).toThrow(/negative/);
    expect(weightedMean('arithmetic', column(-1, 3), column(1, 1))).toBe(1);
  });
});

describe('treatment of outliers', () => {
  const rule = { maxPoints: 5, skew: 2, kurtosis: 3.5, log: 'never' } as const;
  const values = column(...Array.from({ length: 10 }, (_, i) => i + 1), 30, 100);

  test('winsorises only as far as the limits ask', () => {
    const { values: treated, record } = treat(values, rule);
    expect([...treated].slice(-3)).toEqual([10, 30, 30]);
    expect(record).toMatchObject({ winsorisedHigh: 1, winsorisedLow: 0, isLogged: false });
    expect(record.skewAfter).toBeCloseTo(1.712038060089051, 10);
  });

  test('winsorises a tail to the left at its low end', () => {
    const { values: treated, record } = treat(
      values.map((value) => -value),
      rule,
    );
    expect(record).toMatchObject({ winsorisedHigh: 0, winsorisedLow: 1 });
    expect(treated[11]).toBe(-30);
  });

  test('leaves a column alone unless both limits are exceeded', () => {
    expect(treat(values, { ...rule, kurtosis: 20 }).values).toBe(values);
  });

  test('stops at the number of points allowed', () => {
    const wild = column(...Array.from({ length: 40 }, (_, i) => i), 1e3, 1e4, 1e5, 1e6);
    expect(treat(wild, { ...rule, maxPoints: 2 }).record.winsorisedHigh).toBe(2);
  });

  test('takes the logarithm of the untreated column where that does not suffice', () => {
    const wild = column(...Array.from({ length: 40 }, (_, i) => i), 1e3, 1e4, 1e5, 1e6);
    const { values: treated, record } = treat(wild, { ...rule, maxPoints: 2, log: 'fallback' });
    expect(record).toMatchObject({ winsorisedHigh: 0, isLogged: true });
    expect(treated[43]).toBeCloseTo(Math.log(1e6 + 1e4), 12);
    expect(treated[0]).toBeCloseTo(Math.log(1e4), 12);
  });

  test('mirrors the logarithm for a tail to the left, and never changes an order', () => {
    const left = column(-100, -30, -3, -2, -1, 0);
    const treated = treat(left, { ...rule, maxPoints: 0, log: 'always' }).values;
    expect([...treated]).toEqual([...treated].sort((a, b) => a - b));
    expect(shapeOf(treated).skew).toBeGreaterThan(shapeOf(left).skew);
  });
});

describe('imputation', () => {
  const values = column(1, NA, 5, 12, NA);
  test('fills by mean or median of all', () => {
    expect([...impute(values, 'mean', null)]).toEqual([1, 6, 5, 12, 6]);
    expect([...impute(values, 'median', null)]).toEqual([1, 5, 5, 12, 5]);
  });

  test('fills by the unit’s group, and leaves a group without values missing', () => {
    expect([...impute(values, 'group-mean', ['a', 'a', 'a', 'b', 'c'])]).toEqual([1, 3, 5, 12, NA]);
    expect([...impute(values, 'group-median', ['a', 'b', 'a', 'b', 'a'])]).toEqual([1, 12, 5, 12, 3]);
  });

  test('of no kind keeps what is missing', () => {
    expect(impute(values, 'none', null)).toBe(values);
  });
});
