import { describe, expect, test } from 'vitest';
import { shrinkGlobally, shrinkToNeighbours } from '../../../dashboard/server/src/index/index.ts';
import { estimatePrior, ratePosterior } from '../../../dashboard/server/src/index/shrinkage.ts';

const column = (...values: number[]) => Float64Array.from(values);
const rates = { counts: column(0, 100, 260, 150), exposures: column(100, 10_000, 10_000, 10_000) };

describe('empirical-Bayes rates', () => {
  test('have the moments of Marshall (1991), worked by hand', () => {
    const prior = estimatePrior(rates, [0, 1, 2, 3]);
    expect(prior.mean).toBeCloseTo(510 / 30_100, 15);
    expect(prior.variance).toBeCloseTo(4.322358472864537e-5, 15);
    const shrunk = shrinkGlobally(rates);
    [0.013499696373610974, 0.010261916989588683, 0.02565838004133074, 0.015073311693258075].forEach(
      (rate, i) => {
        expect(shrunk[i]).toBeCloseTo(rate, 12);
      },
    );
  });

  test('are all the mean where units differ no more than chance', () => {
    const alike = { counts: column(1, 2, 1, 2), exposures: column(100, 100, 100, 100) };
    expect([...shrinkGlobally(alike)]).toEqual([0.015, 0.015, 0.015, 0.015]);
  });

  test('of the neighbour form look at the neighbourhood only', () => {
    const island = { counts: column(1, 2, 90, 95), exposures: column(100, 100, 100, 100) };
    const shrunk = shrinkToNeighbours(island, [[1], [0], [3], [2]]);
    expect(shrunk[0]).toBeLessThan(0.03);
    expect(shrunk[2]).toBeGreaterThan(0.89);
  });

  test('are missing without exposure or count, and 0 where nothing happened anywhere', () => {
    const gaps = { counts: column(1, Number.NaN, 3), exposures: column(0, 100, 100) };
    expect([...shrinkGlobally(gaps)]).toEqual([Number.NaN, Number.NaN, 0.03]);
    expect([...shrinkGlobally({ counts: column(0, 0), exposures: column(10, 10) })]).toEqual([0, 0]);
  });

  test('are the means of their Gamma posteriors', () => {
    const prior = estimatePrior(rates, [0, 1, 2, 3]);
    const shrunk = shrinkGlobally(rates);
    rates.counts.forEach((count, i) => {
      const { shape, rate } = ratePosterior(count, rates.exposures[i] ?? 0, prior);
      expect(shape / rate).toBeCloseTo(shrunk[i] ?? 0, 12);
    });
  });

  test('without a prior are drawn by Jeffreys’ rule', () => {
    expect(ratePosterior(3, 10, null)).toEqual({ shape: 3.5, rate: 10 });
  });
});
