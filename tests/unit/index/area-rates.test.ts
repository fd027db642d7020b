import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AreaFacts,
  computeAreaTree,
  computeIndex,
  decomposeAreas,
  exposureFact,
  type Framework,
} from '../../../dashboard/server/src/index/index.ts';
import { districtOf, factsOf } from './area-build.ts';
import { frameworkOf, tableOf } from './build.ts';

const AREAS = districtOf({ c1: ['g1', 'g2'], c2: ['g3', 'g4'] });
const CASES = {
  code: 'cases',
  denominator: { column: 'people', per: 100 },
  direction: 'negative',
  count: true,
  goalposts: [0, 100],
};

function areasOf(framework: Framework, facts: AreaFacts) {
  const { areas } = computeAreaTree({ framework, areas: AREAS, facts });
  return (code: string) => {
    const found = areas.find(({ area }) => area.code === code);
    if (found === undefined) throw new Error(`no area ${code}`);
    return found;
  };
}

describe('pooled rates in an area tree', () => {
  const facts = factsOf({
    g1: { cases: [0, 10] },
    g2: { cases: [50, 90] },
    g3: { cases: [10, 100] },
    g4: { cases: [10, 100] },
  });

  test('of a parent come from the sums of its grids', () => {
    const pooled = areasOf(frameworkOf({ code: 'i', children: [{ ...CASES, rollup: 'pool' }] }), facts);
    const means = areasOf(frameworkOf({ code: 'i', children: [CASES] }), facts);
    expect(pooled('c1').score).toBeCloseTo(50, 9);
    expect(means('c1').score).toBeCloseTo((100 + (100 - 50 / 0.9)) / 2, 9);
  });

  test('are shrunk towards the areas of the same level, small grids most', () => {
    const shrunk = areasOf(
      frameworkOf({ code: 'i', children: [{ ...CASES, rollup: 'pool', shrinkage: 'global' }] }),
      facts,
    );
    expect(shrunk('g1').score).toBeLessThan(100);
    expect(shrunk('g2').score).toBeGreaterThan(100 - 50 / 0.9);
    expect(shrunk('d').score).toBeCloseTo(100 - 70 / 3, 9);
  });

  test('may be shrunk towards the areas of the same parent instead', () => {
    const local = areasOf(
      frameworkOf(
        { code: 'i', children: [{ ...CASES, rollup: 'pool', shrinkage: 'group' }] },
        { unit: { group: 'community' } },
      ),
      facts,
    );
    expect(local('g3').score).toBeCloseTo(90, 9);
  });

  test('leave out grids of too little coverage and are unknown below the least denominator', () => {
    const framework = frameworkOf({
      code: 'i',
      children: [
        {
          ...CASES,
          rollup: 'pool',
          minCoverage: 0.5,
          denominator: { column: 'people', per: 100, min: 50 },
        },
      ],
    });
    const poor = { ...facts, g2: { cases: { numerator: 50, denominator: 90, coverage: 0.4 } } };
    expect(areasOf(framework, poor)('c1').score).toBeNull();
    expect(areasOf(framework, facts)('c1').score).toBeCloseTo(50, 9);
    expect(areasOf(framework, facts)('g1').score).toBeNull();
  });

  test('are needed for shrinkage', () => {
    const framework = frameworkOf({ code: 'i', children: [{ ...CASES, shrinkage: 'global' }] });
    expect(() => areasOf(framework, facts)).toThrow(/"cases": shrinkage in an area tree needs rollup: pool/);
  });
});

describe('deductions in an area tree', () => {
  const framework = frameworkOf(
    { code: 'i', children: [CASES] },
    {
      deductions: [
        { code: 'deaths', column: 'deaths', points: 10, max: 30, levels: { street: 1 } },
        { code: 'fines', column: 'fines', points: 80 },
      ],
    },
  );

  test('come off each level by its own points, at most the limit, never below the floor', () => {
    const score = areasOf(
      framework,
      factsOf({
        g1: { cases: [0, 10], deaths: [5, 1] },
        g2: { cases: [40, 100], fines: [1, 1] },
        g3: { deaths: [2, 1] },
      }),
    );
    expect(score('g1')).toMatchObject({
      score: 70,
      deductions: [
        { code: 'deaths', count: 5, points: 30 },
        { code: 'fines', count: 0, points: 0 },
      ],
    });
    expect(score('g2')).toMatchObject({ score: 0, deductions: [{ points: 0 }, { points: 60 }] });
    expect(score('s').deductions[0]).toEqual({
      code: 'deaths',
      count: 7,
      points: expect.closeTo(7 * (80 / 87), 9),
    });
    expect(score('g3')).toMatchObject({ score: null, deductions: [{ count: 2, points: 0 }, {}] });
  });

  test('do not come off twice: a parent starts from its children before theirs', () => {
    const score = areasOf(framework, factsOf({ g1: { cases: [0, 10], deaths: [1, 1] } }));
    expect([score('g1').score, score('s').score]).toEqual([90, 99]);
  });
});

describe('a difference between two areas or periods', () => {
  const framework = frameworkOf(
    {
      code: 'i',
      aggregation: 'geometric',
      children: [
        {
          code: 'p',
          weight: 2,
          children: [CASES, { ...CASES, code: 'fires', rollup: 'pool', shrinkage: 'global' }],
        },
        { ...CASES, code: 'works', weight: 1 },
      ],
    },
    { deductions: [{ code: 'deaths', column: 'deaths', points: 3 }] },
  );
  const figure = fc.option(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.constant(100)), { nil: undefined });
  const grid = fc.record({
    cases: figure,
    fires: figure,
    works: figure,
    deaths: fc.tuple(fc.nat(3), fc.constant(1)),
  });
  const world = fc
    .record({ g1: grid, g2: grid, g3: grid, g4: grid })
    .map((grids) =>
      factsOf(
        Object.fromEntries(
          Object.entries(grids).map(([code, own]) => [
            code,
            Object.fromEntries(
              Object.entries(own).flatMap(([name, value]): [string, [number, number]][] =>
                value === undefined ? [] : [[name, value]],
              ),
            ),
          ]),
        ),
      ),
    );

  test('has parts and deductions that add up to the change within 1e-9, at every level', () => {
    let compared = 0;
    fc.assert(
      fc.property(world, world, (before, after) => {
        const [x, y] = [areasOf(framework, before), areasOf(framework, after)];
        const pairs = [...AREAS.map(({ code }) => [x(code), y(code)] as const), [x('c1'), x('c2')] as const];
        for (const [from, to] of pairs) {
          if (from.score === null || to.score === null) continue;
          const { parts, deductions, change } = decomposeAreas(
            { framework, score: from },
            { framework, score: to },
          );
          const sum = [...parts, ...deductions].reduce((total, part) => total + part.total, 0);
          expect(Math.abs(sum - (to.score - from.score))).toBeLessThan(1e-9);
          expect(Math.abs(change - (to.score - from.score))).toBeLessThan(1e-9);
          compared += 1;
        }
      }),
    );
    expect(compared).toBeGreaterThan(100);
  });

  test('is refused where an area has no score', () => {
    const score = areasOf(framework, {});
    expect(() => decomposeAreas({ framework, score: score('d') }, { framework, score: score('d') })).toThrow(
      /"d" has no score/,
    );
  });
});

describe('exposure', () => {
  test('is the hours that cameras were online with a valid picture', () => {
    expect(exposureFact(3, { expectedSeconds: 7200, validSeconds: 3600 })).toEqual({
      numerator: 3,
      denominator: 1,
      coverage: 0.5,
    });
    expect(exposureFact(0, { expectedSeconds: 0, validSeconds: 0 }).coverage).toBe(0);
  });

  test('cannot be longer than the time expected, nor negative', () => {
    expect(() => exposureFact(1, { expectedSeconds: 10, validSeconds: 11 })).toThrow(/valid time is part/);
    expect(() => exposureFact(-1, { expectedSeconds: 10, validSeconds: 1 })).toThrow(/none may be negative/);
  });

  test('below the least denominator makes a value of a table missing, shrunk or not', () => {
    for (const shrinkage of ['none', 'global']) {
      const framework = frameworkOf({
        code: 'i',
        children: [
          { code: 'a', count: true, shrinkage, denominator: { column: 'h', min: 24 }, goalposts: [0, 1] },
        ],
      });
      const table = tableOf({ a: [1, 1, 2], h: [23.9, 24, 48] });
      const { indicators } = computeIndex({ framework, table, softwareVersion: 't' });
      expect([...(indicators[0]?.rates ?? [])].map(Number.isNaN)).toEqual([true, false, false]);
    }
  });
});
