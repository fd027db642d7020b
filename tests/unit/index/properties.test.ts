import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contributionsOf } from '../../../dashboard/server/src/index/contributions.ts';
import {
  computeIndex,
  decomposeDifference,
  type Framework,
  type IndexResult,
  parseFramework,
  shrinkGlobally,
  shrinkToNeighbours,
} from '../../../dashboard/server/src/index/index.ts';
import { compileModel } from '../../../dashboard/server/src/index/model.ts';
import { tableOf } from './build.ts';

const CODES = ['a', 'b', 'c', 'd', 'e'];
type Cell = number | null;

const weight = fc.integer({ min: 1, max: 9 });
const aggregation = fc.constantFrom('arithmetic', 'geometric', 'harmonic');
const direction = fc.constantFrom('positive', 'negative');

/** Two pillars, five indicators; any weights, means and directions. */
const frameworkArbitrary = (methods: readonly object[]) =>
  fc
    .record({
      weights: fc.array(weight, { minLength: 7, maxLength: 7 }),
      means: fc.array(aggregation, { minLength: 3, maxLength: 3 }),
      directions: fc.array(direction, { minLength: 5, maxLength: 5 }),
      normalisation: fc.constantFrom(...methods),
    })
    .map(({ weights, means, directions, normalisation }): Framework => {
      const leaf = (i: number) => ({
        code: CODES[i],
        weight: weights[i],
        direction: directions[i],
        normalisation,
      });
      return parseFramework({
        code: 'f',
        version: '1',
        index: {
          code: 'i',
          aggregation: means[0],
          children: [
            { code: 'p', weight: weights[5], aggregation: means[1], children: [leaf(0), leaf(1)] },
            { code: 'q', weight: weights[6], aggregation: means[2], children: [leaf(2), leaf(3), leaf(4)] },
          ],
        },
      });
    });

const POSITIVE = [
  { method: 'min-max', range: [1, 100] },
  { method: 'percentile', range: [1, 100] },
  { method: 'rank' },
];
const cell: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 1000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const fullCell: fc.Arbitrary<Cell> = fc.integer({ min: 1, max: 1000 });
const rowsArbitrary = (of: fc.Arbitrary<Cell>) =>
  fc.array(fc.array(of, { minLength: 5, maxLength: 5 }), { minLength: 3, maxLength: 12 });

function tableOfRows(rows: readonly Cell[][]) {
  return tableOf(Object.fromEntries(CODES.map((code, k) => [code, rows.map((row) => row[k] ?? null)])));
}

function compute(framework: Framework, rows: readonly Cell[][]): IndexResult {
  return computeIndex({ framework, table: tableOfRows(rows), softwareVersion: 't' });
}

const indexScores = (result: IndexResult) => [...(result.nodes[0]?.scores ?? [])];

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, i) => {
    const other = expected[i] ?? Number.NaN;
    if (!(Number.isNaN(value) && Number.isNaN(other))) expect(Math.abs(value - other)).toBeLessThan(1e-9);
  });
}

describe('for any framework and data', () => {
  test('the order of rows changes nothing', () => {
    fc.assert(
      fc.property(frameworkArbitrary(POSITIVE), rowsArbitrary(cell), (framework, rows) => {
        const forward = indexScores(compute(framework, rows));
        expectClose(indexScores(compute(framework, rows.toReversed())).reverse(), forward);
      }),
    );
  });

  test('the unit of an indicator changes nothing, even after treatment', () => {
    fc.assert(
      fc.property(
        frameworkArbitrary(POSITIVE),
        rowsArbitrary(cell),
        fc.constantFrom(0.001, 0.3048, 60, 4096),
        (plain, rows, factor) => {
          const framework: Framework = {
            ...plain,
            treatment: { winsorise: { maxPoints: 2 }, log: 'fallback' },
          };
          const scaled = rows.map((row) =>
            row.map((value, k) => (value !== null && k === 0 ? value * factor : value)),
          );
          expectClose(indexScores(compute(framework, scaled)), indexScores(compute(framework, rows)));
        },
      ),
    );
  });

  test('a better indicator never lowers its unit’s score', () => {
    const methods = [...POSITIVE, { method: 'min-max', range: [1, 10] }];
    fc.assert(
      fc.property(
        frameworkArbitrary(methods),
        rowsArbitrary(fullCell),
        fc.nat(4),
        fc.integer({ min: 1, max: 500 }),
        (framework, rows, k, step) => {
          const isNegative = compileModel(framework).indicators[k]?.direction === -1;
          const better = rows.map((row, i) =>
            i === 0 ? row.with(k, (row[k] ?? 0) + (isNegative ? -step : step)) : row,
          );
          const before = indexScores(compute(framework, rows))[0] ?? 0;
          expect(indexScores(compute(framework, better))[0]).toBeGreaterThanOrEqual(before - 1e-9);
        },
      ),
    );
  });

  test('weights sum to 1 among siblings, and those of all indicators in the index', () => {
    fc.assert(
      fc.property(frameworkArbitrary(POSITIVE), (framework) => {
        const { nodes } = compileModel(framework);
        for (const { children } of nodes.filter((node) => node.children.length > 0))
          expect(children.reduce((sum, id) => sum + (nodes[id]?.weight ?? 0), 0)).toBeCloseTo(1, 12);
        const leaves = nodes.filter((node) => node.indicator >= 0);
        expect(leaves.reduce((sum, node) => sum + node.globalWeight, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('a score lies between the lowest and the highest of its indicators', () => {
    fc.assert(
      fc.property(frameworkArbitrary(POSITIVE), rowsArbitrary(cell), (framework, rows) => {
        const result = compute(framework, rows);
        indexScores(result).forEach((score, unit) => {
          if (Number.isNaN(score)) return;
          const values = result.indicators
            .map(({ normalised }) => normalised[unit] ?? Number.NaN)
            .filter((v) => !Number.isNaN(v));
          expect(score).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(score).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        });
      }),
    );
  });

  test('contributions add up to the score', () => {
    fc.assert(
      fc.property(frameworkArbitrary(POSITIVE), rowsArbitrary(cell), (framework, rows) => {
        const result = compute(framework, rows);
        indexScores(result).forEach((score, unit) => {
          if (Number.isNaN(score)) return;
          const parts = contributionsOf(result.nodes, (id) => result.nodes[id]?.scores[unit] ?? Number.NaN);
          expect(
            Math.abs(parts.filter((part) => !Number.isNaN(part)).reduce((a, b) => a + b, 0) - score),
          ).toBeLessThan(1e-9);
        });
      }),
    );
  });

  test('the parts of a difference sum to the change within 1e-9, with zeros and missing values too', () => {
    const withZeros = [...POSITIVE, { method: 'min-max' }, { method: 'percentile' }];
    fc.assert(
      fc.property(frameworkArbitrary(withZeros), rowsArbitrary(cell), (framework, rows) => {
        const result = compute(framework, rows);
        const scored = indexScores(result).flatMap((score, unit) => (Number.isNaN(score) ? [] : [unit]));
        for (const unit of scored.slice(1)) {
          const difference = decomposeDifference({ result, unit: scored[0] ?? 0 }, { result, unit });
          const sum = difference.parts.reduce((total, part) => total + part.total, 0);
          expect(Math.abs(sum - difference.change)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('shrunk rates', () => {
  const unit = fc.record({ count: fc.nat(50), exposure: fc.integer({ min: 1, max: 10_000 }) });
  const between = (value: number, a: number, b: number) => {
    expect(value).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-12);
    expect(value).toBeLessThanOrEqual(Math.max(a, b) + 1e-12);
  };

  test('lie between the raw rate and the mean of all', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 2, maxLength: 30 }), (units) => {
        const counts = Float64Array.from(units, ({ count }) => count);
        const exposures = Float64Array.from(units, ({ exposure }) => exposure);
        const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
        const mean = sum(counts) / sum(exposures);
        shrinkGlobally({ counts, exposures }).forEach((rate, i) => {
          between(rate, (counts[i] ?? 0) / (exposures[i] ?? 1), mean);
        });
      }),
    );
  });

  test('of the neighbour form lie between the raw rate and the mean of the neighbourhood', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 3, maxLength: 20 }), (units) => {
        const counts = Float64Array.from(units, ({ count }) => count);
        const exposures = Float64Array.from(units, ({ exposure }) => exposure);
        const neighbours = units.map((_, i) => [i - 1, i + 1].filter((j) => j >= 0 && j < units.length));
        shrinkToNeighbours({ counts, exposures }, neighbours).forEach((rate, i) => {
          const around = [i, ...(neighbours[i] ?? [])];
          const sum = (values: Float64Array) => around.reduce((total, j) => total + (values[j] ?? 0), 0);
          between(rate, (counts[i] ?? 0) / (exposures[i] ?? 1), sum(counts) / sum(exposures));
        });
      }),
    );
  });

  test('never fall by one event more in the unit itself', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 2, maxLength: 20 }), fc.nat(), (units, pick) => {
        const which = pick % units.length;
        const rateWith = (more: number) => {
          const counts = Float64Array.from(units, ({ count }, i) => (i === which ? count + more : count));
          const exposures = Float64Array.from(units, ({ exposure }) => exposure);
          return shrinkGlobally({ counts, exposures })[which] ?? Number.NaN;
        };
        expect(rateWith(1)).toBeGreaterThanOrEqual(rateWith(0) - 1e-12);
      }),
      { numRuns: 1000 },
    );
  });
});
