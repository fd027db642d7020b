import { describe, expect, test } from 'vitest';
import { analyseAreaLevel, computeAreaTree } from '../../../dashboard/server/src/index/index.ts';
import { createRandom } from '../../../dashboard/server/src/index/random.ts';
import { districtOf, factsOf } from './area-build.ts';
import { frameworkOf } from './build.ts';

const GRIDS = 8;
const COMMUNITIES = 20;
const AREAS = districtOf(
  Object.fromEntries(
    Array.from({ length: COMMUNITIES }, (_, c) => [
      `c${c}`,
      Array.from({ length: GRIDS }, (_, g) => `g${c}-${g}`),
    ]),
  ),
);

const POOLED = {
  code: 'cases',
  denominator: { column: 'people', per: 100 },
  direction: 'negative',
  count: true,
  goalposts: [0, 100],
  rollup: 'pool',
  shrinkage: 'global',
};
const MEAN = { ...POOLED, code: 'alerts', rollup: 'mean', shrinkage: 'none' };

function worldOf(exposure: number) {
  const random = createRandom(3);
  return factsOf(
    Object.fromEntries(
      AREAS.filter(({ level }) => level === 'grid').map(({ code, parent }) => {
        const rate = (1 + Number(parent?.slice(1))) / 50;
        return [
          code,
          {
            cases: [random.poisson(rate * exposure), exposure],
            alerts: [random.poisson(rate * exposure), exposure],
          },
        ];
      }),
    ),
  );
}

const frameworkWith = (sensitivity: object) =>
  frameworkOf(
    { code: 'i', children: [POOLED, MEAN] },
    { sensitivity: { normalisations: ['as-configured'], imputations: ['as-configured'], ...sensitivity } },
  );

const analyse = (exposure: number, sensitivity: object = { weightSpread: 0 }, rest: object = {}) =>
  analyseAreaLevel({
    framework: frameworkWith(sensitivity),
    areas: AREAS,
    facts: worldOf(exposure),
    level: 'community',
    runs: 200,
    seed: 5,
    ...rest,
  });

describe('the certainty of ranks at a level', () => {
  test('is the same for the same seed, and starts from the scores as published', () => {
    const facts = worldOf(50);
    const scores = new Map(
      computeAreaTree({ framework: frameworkWith({}), areas: AREAS, facts }).areas.map(
        ({ area, score, rank }) => [area.code, { score, rank }],
      ),
    );
    const first = analyse(50);
    expect(analyse(50)).toEqual(first);
    expect(first.areas).toHaveLength(COMMUNITIES);
    for (const { unit, score, rank } of first.areas) expect(scores.get(unit)).toEqual({ score, rank });
  });

  test('grows with what is observed: intervals narrow and fewer areas tie', () => {
    const width = (exposure: number) =>
      analyse(exposure).areas.reduce((sum, { rankLow, rankHigh }) => sum + rankHigh - rankLow, 0);
    const groups = (exposure: number) => analyse(exposure).areas.at(-1)?.tieGroup ?? 0;
    expect(width(5)).toBeGreaterThan(2 * width(500));
    expect(groups(500)).toBeGreaterThan(groups(5));
  });

  test('is complete where nothing varies', () => {
    const { areas } = analyse(50, { weightSpread: 0, counts: 'fixed' });
    for (const { rank, rankLow, rankHigh } of areas) expect([rankLow, rankHigh]).toEqual([rank, rank]);
  });

  test('takes other normalisations and imputations where the framework lists them, and Poisson counts', () => {
    const wide = analyse(50, {
      weightSpread: 0.5,
      counts: 'poisson',
      normalisations: ['min-max', 'percentile'],
      imputations: ['median', 'none'],
    });
    for (const { rankLow, rankMedian, rankHigh } of wide.areas) {
      expect(rankLow).toBeLessThanOrEqual(rankMedian);
      expect(rankMedian).toBeLessThanOrEqual(rankHigh);
    }
  });

  test('leaves out areas without a score and refuses a level that is not there', () => {
    const [, ...some] = Object.entries(worldOf(50)).filter(([code]) => !code.startsWith('g3-'));
    expect(analyse(50, {}, { facts: Object.fromEntries(some) }).areas.map(({ unit }) => unit)).not.toContain(
      'c3',
    );
    expect(() => analyse(50, {}, { level: 'village' })).toThrow(/no area is a "village"; there are district/);
  });
});
