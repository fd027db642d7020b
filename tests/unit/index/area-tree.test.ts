import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Area,
  type AreaFacts,
  type AreaScore,
  computeAreaTree,
  type Framework,
  parseFrameworkYaml,
} from '../../../dashboard/server/src/index/index.ts';
import { frameworkOf, indicatorsOf } from './build.ts';

const path = new URL('../../../config/index/pingan-first.yaml', import.meta.url);
const framework = parseFrameworkYaml(readFileSync(path, 'utf8'));

function area(code: string, parent: string | null, level: string, population?: number): Area {
  return {
    code,
    parent,
    level,
    nameZh: code,
    nameEn: code,
    ...(population === undefined ? {} : { population }),
  };
}

const AREAS = [
  area('d', null, 'district'),
  area('s1', 'd', 'street'),
  area('s2', 'd', 'street'),
  area('g1', 's1', 'grid'),
  area('g2', 's1', 'grid'),
  area('g3', 's2', 'grid'),
  area('g4', 's2', 'grid'),
];

interface GridState {
  cameras: number;
  connected?: number;
  online?: number;
  good?: number;
  alerts?: number;
  disposed?: number;
  coverage?: number;
}

/** A grid whose cameras have the given rates. */
function grid({
  cameras,
  connected = 1,
  online = 1,
  good = 1,
  alerts = 0,
  disposed = 0,
  coverage = 1,
}: GridState) {
  return {
    'connected-rate': { numerator: cameras * connected, denominator: cameras, coverage: 1 },
    'online-rate': { numerator: cameras * 86_400 * online, denominator: cameras * 86_400, coverage },
    'picture-rate': { numerator: cameras * good, denominator: cameras, coverage },
    'disposal-rate': { numerator: disposed, denominator: alerts, coverage },
  };
}

function scoresOf(facts: AreaFacts, areas: readonly Area[] = AREAS, of: Framework = framework) {
  const result = computeAreaTree({ framework: of, areas, facts });
  return (code: string): AreaScore => {
    const found = result.areas.find((each) => each.area.code === code);
    if (found === undefined) throw new Error(`no area ${code}`);
    return found;
  };
}

describe('the index of an area tree', () => {
  test('scores a grid from numerators and denominators on goalposts', () => {
    const score = scoresOf({ g1: grid({ cameras: 4, good: 0.75, alerts: 10, disposed: 8 }) })('g1');
    expect(score.score).toBeCloseTo(0.7 * (0.3 * 100 + 0.4 * 100 + 0.3 * 50) + 0.3 * 80, 9);
    expect(score).toMatchObject({ reason: null, rank: 1, dataShare: 1, areaShare: 1 });
    expect(score.band?.code).toBe('blue');
    const picture = score.indicators.find(({ code }) => code === 'picture-rate');
    expect(picture).toMatchObject({ numerator: 3, denominator: 4 });
    expect(picture?.normalised).toBeCloseTo(50, 9);
    expect(picture?.contribution).toBeCloseTo(10.5, 9);
    expect(score.indicators.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0)).toBeCloseTo(
      score.score ?? 0,
      9,
    );
  });

  test('reads insufficient where coverage is short, and where there is nothing at all', () => {
    const score = scoresOf({ g1: grid({ cameras: 4, coverage: 0.3 }), g3: grid({ cameras: 4 }) });
    expect(score('g1')).toMatchObject({ score: null, reason: 'insufficient', band: null, rank: null });
    expect(score('g1').dataShare).toBeCloseTo(0.21, 9);
    expect(score('g1').indicators[0]).toMatchObject({ normalised: 100, contribution: null });
    expect(score('g2')).toMatchObject({ score: null, reason: 'insufficient', dataShare: 0 });
    expect(score('s1')).toMatchObject({ score: null, areaShare: 0 });
    expect(score('d')).toMatchObject({ score: 100, areaShare: 0.25 });
  });

  test('does not judge an area without alerts by its alerts', () => {
    const score = scoresOf({ g1: grid({ cameras: 2 }) })('g1');
    expect(score.score).toBe(100);
    expect(score.dataShare).toBeCloseTo(0.7, 12);
    expect(score.indicators.find(({ code }) => code === 'disposal-rate')).toMatchObject({
      normalised: null,
      contribution: null,
    });
  });

  test('is the mean of its grids for a parent, whatever the number of their cameras', () => {
    const score = scoresOf({ g1: grid({ cameras: 100, online: 0.5 }), g2: grid({ cameras: 1 }) });
    expect(score('s1').score).toBeCloseTo(((score('g1').score ?? 0) + (score('g2').score ?? 0)) / 2, 9);
    expect(score('s1').indicators[0]).toMatchObject({ numerator: 101, denominator: 101 });
  });

  test('weighs by people where every grid has a population', () => {
    const areas = AREAS.map((each) =>
      each.level === 'grid' ? { ...each, population: each.code === 'g1' ? 9000 : 1000 } : each,
    );
    const score = scoresOf({ g1: grid({ cameras: 1, online: 0.5 }), g2: grid({ cameras: 1 }) }, areas);
    expect(score('s1').score).toBeCloseTo(0.9 * (score('g1').score ?? 0) + 0.1 * (score('g2').score ?? 0), 9);
    expect(score('d').areaShare).toBeCloseTo(10_000 / 12_000, 12);
  });

  test('gives a parent no number where too little of it has one', () => {
    const strict: Framework = { ...framework, rollup: { minAreaShare: 0.5 } };
    const score = scoresOf({ g1: grid({ cameras: 1 }) }, AREAS, strict);
    expect(score('s1')).toMatchObject({ score: 100, areaShare: 0.5 });
    expect(score('d')).toMatchObject({ score: null, reason: 'insufficient', areaShare: 0.25 });
  });

  test('ranks areas among their own level', () => {
    const score = scoresOf({
      g1: grid({ cameras: 1 }),
      g2: grid({ cameras: 1, online: 0.9 }),
      g3: grid({ cameras: 1 }),
    });
    expect(['g1', 'g2', 'g3', 'g4', 's1', 's2', 'd'].map((code) => score(code).rank)).toEqual([
      1,
      3,
      1,
      null,
      2,
      1,
      1,
    ]);
  });

  test('is never lowered by more cameras of the same true state, at any level', () => {
    const rate = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
    const state = fc.record({
      cameras: fc.integer({ min: 1, max: 50 }),
      connected: rate,
      online: rate,
      good: rate,
    });
    fc.assert(
      fc.property(
        fc.array(state, { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        fc.integer({ min: 2, max: 20 }),
        (states, which, factor) => {
          const factsOf = (list: readonly GridState[]) =>
            Object.fromEntries(list.map((each, i) => [`g${i + 1}`, grid(each)]));
          const more = states.map((each, i) =>
            i === which ? { ...each, cameras: each.cameras * factor } : each,
          );
          const before = scoresOf(factsOf(states));
          const after = scoresOf(factsOf(more));
          for (const { code } of AREAS)
            expect(after(code).score).toBeGreaterThanOrEqual((before(code).score ?? 0) - 1e-9);
        },
      ),
    );
  });

  test('is never lowered by more alerts that are dealt with as well as before', () => {
    const few = scoresOf({ g1: grid({ cameras: 2, alerts: 4, disposed: 3 }) });
    const many = scoresOf({ g1: grid({ cameras: 2, alerts: 400, disposed: 300 }) });
    expect(many('d').score).toBeCloseTo(few('d').score ?? 0, 9);
  });

  test.each<[string, Area[], AreaFacts, RegExp]>([
    ['an unknown parent', [area('x', 'nowhere', 'grid')], {}, /parent "nowhere" is not there/],
    ['an area there twice', [area('x', null, 'grid'), area('x', null, 'grid')], {}, /"x" is there twice/],
    ['a circle', [area('x', 'y', 'grid'), area('y', 'x', 'grid')], {}, /circle/],
    ['a negative population', [area('x', null, 'grid', -1)], {}, /population is negative/],
    ['facts of an unknown area', AREAS, { zz: grid({ cameras: 1 }) }, /there is no such area/],
    [
      'facts of an area with areas below it',
      AREAS,
      { s1: grid({ cameras: 1 }) },
      /give the facts to one of those/,
    ],
    [
      'an unknown indicator',
      AREAS,
      { g1: { joy: { numerator: 1, denominator: 1, coverage: 1 } } },
      /no such indicator/,
    ],
    [
      'coverage above 1',
      AREAS,
      { g1: { 'online-rate': { numerator: 1, denominator: 1, coverage: 1.2 } } },
      /coverage 0 to 1/,
    ],
    [
      'a number that is none',
      AREAS,
      { g1: { 'online-rate': { numerator: Number.NaN, denominator: 1, coverage: 1 } } },
      /must be 0 or more/,
    ],
  ])('refuses %s', (_, areas, facts, pattern) => {
    expect(() => computeAreaTree({ framework, areas, facts })).toThrow(pattern);
  });

  test('refuses a normalisation that makes one area’s score depend on the others', () => {
    const relative = frameworkOf({ code: 'i', children: indicatorsOf(['a']) });
    expect(() => computeAreaTree({ framework: relative, areas: AREAS, facts: {} })).toThrow(
      /"min-max" compares areas/,
    );
  });
});
