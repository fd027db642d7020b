import { describe, expect, test } from 'vitest';
import { logarithmicMean } from '../../../dashboard/server/src/index/decompose.ts';
import {
  computeIndex,
  decomposeDifference,
  type Framework,
} from '../../../dashboard/server/src/index/index.ts';
import { frameworkOf, indicatorsOf, tableOf } from './build.ts';

const NONE = { normalisation: { method: 'none' } };

function partsOf(framework: Framework, columns: Record<string, (number | null)[]>) {
  const result = computeIndex({ framework, table: tableOf(columns), softwareVersion: 't' });
  return decomposeDifference({ result, unit: 0 }, { result, unit: 1 });
}

describe('a difference between two scores', () => {
  test('of arithmetic means is weight times step, exactly', () => {
    const framework = frameworkOf(
      { code: 'i', children: [{ code: 'p', weight: 3, children: indicatorsOf(['a', 'b']) }, { code: 'c' }] },
      NONE,
    );
    const difference = partsOf(framework, { a: [10, 20], b: [40, 32], c: [8, 0] });
    expect(difference.parts.map(({ code, total }) => [code, total])).toEqual([
      ['a', 3.75],
      ['b', -3],
      ['c', -2],
    ]);
    expect(difference).toMatchObject({ from: 20.75, to: 19.5, change: -1.25 });
  });

  test('of a geometric mean is shared by logarithms', () => {
    const framework = frameworkOf(
      { code: 'i', aggregation: 'geometric', children: indicatorsOf(['a', 'b']) },
      NONE,
    );
    const { parts, change } = partsOf(framework, { a: [1, 4], b: [1, 4] });
    expect(change).toBeCloseTo(3, 12);
    expect(parts.map(({ total }) => total)).toEqual([expect.closeTo(1.5, 12), expect.closeTo(1.5, 12)]);
  });

  test('of a harmonic mean is shared by reciprocals', () => {
    const framework = frameworkOf(
      { code: 'i', aggregation: 'harmonic', children: indicatorsOf(['a', 'b']) },
      NONE,
    );
    const { parts, change } = partsOf(framework, { a: [2, 2], b: [2, 6] });
    expect(change).toBeCloseTo(1, 12);
    expect(parts.map(({ total }) => total)).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)]);
  });

  test('stays exact where a geometric mean falls to zero', () => {
    const framework = frameworkOf(
      { code: 'i', aggregation: 'geometric', children: indicatorsOf(['a', 'b']) },
      NONE,
    );
    const { parts, change } = partsOf(framework, { a: [4, 0], b: [9, 16] });
    expect(change).toBeCloseTo(-6, 12);
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(-6, 12);
    expect(parts[0]?.total).toBeLessThan(-6);
  });

  test('tells the effect of a value that came from that of one that went missing', () => {
    const framework = frameworkOf({ code: 'i', children: indicatorsOf(['a', 'b', 'c']) }, NONE);
    const { parts, change } = partsOf(framework, { a: [50, 60], b: [20, null], c: [50, 60] });
    expect(change).toBeCloseTo(20, 12);
    const lost = parts.find(({ code }) => code === 'b');
    expect(lost).toMatchObject({ value: 0 });
    expect(lost?.weight).toBeCloseTo((20 - 50) * (0 - 1 / 3), 12);
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(20, 12);
  });

  test('gives the effect of a whole pillar that went missing to its indicators', () => {
    const framework = frameworkOf(
      { code: 'i', children: [{ code: 'p', children: indicatorsOf(['a', 'b']) }, { code: 'c' }] },
      NONE,
    );
    const { parts, change } = partsOf(framework, { a: [10, null], b: [10, null], c: [30, 30] });
    expect(change).toBe(10);
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(10, 12);
    expect(parts.find(({ code }) => code === 'a')?.total).toBe(parts.find(({ code }) => code === 'b')?.total);
  });

  test('counts deductions apart, and all parts and deductions sum to the change', () => {
    const framework = frameworkOf(
      { code: 'i', children: indicatorsOf(['a']) },
      { ...NONE, deductions: [{ code: 'deaths', column: 'deaths', points: 5 }] },
    );
    const { parts, deductions, change } = partsOf(framework, { a: [50, 60], deaths: [0, 3] });
    expect(change).toBe(-5);
    expect(parts[0]?.total).toBe(10);
    expect(deductions).toEqual([{ code: 'deaths', total: -15 }]);
  });

  test('is refused between different hierarchies and for a unit without a score', () => {
    const one = frameworkOf({ code: 'i', children: indicatorsOf(['a', 'b']) }, NONE);
    const two = frameworkOf({ code: 'i', children: indicatorsOf(['b', 'a']) }, NONE);
    const table = tableOf({ a: [1, null], b: [1, null] });
    const [x, y] = [one, two].map((framework) => computeIndex({ framework, table, softwareVersion: 't' }));
    if (x === undefined || y === undefined) throw new Error('no result');
    expect(() => decomposeDifference({ result: x, unit: 0 }, { result: y, unit: 0 })).toThrow(/hierarchies/);
    expect(() => decomposeDifference({ result: x, unit: 0 }, { result: x, unit: 1 })).toThrow(
      /"u2" has no score/,
    );
  });
});

test('the logarithmic mean lies between the geometric and the arithmetic one', () => {
  expect(logarithmicMean(1, Math.E)).toBeCloseTo(Math.E - 1, 12);
  expect(logarithmicMean(5, 5)).toBe(5);
  expect(logarithmicMean(5, 5 + 1e-11)).toBeCloseTo(5, 9);
});
