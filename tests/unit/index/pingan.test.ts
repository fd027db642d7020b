import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  computeAreaTree,
  factsOfGrid,
  type GridFigures,
  methodSheets,
  parseFrameworkYaml,
} from '../../../dashboard/server/src/index/index.ts';
import { districtOf } from './area-build.ts';

const framework = parseFrameworkYaml(
  readFileSync(new URL('../../../config/index/pingan.yaml', import.meta.url), 'utf8'),
);
const AREAS = districtOf({ c1: ['g1', 'g2'], c2: ['g3', 'g4'] });

/** The true state of a grid, apart from how many cameras watch it. */
interface GridState {
  cameras: number;
  online: number;
  sound: number;
  alertsPerHour: number;
  falsePerHour: number;
  cases: number;
}

const DAY = 86_400;
const GOOD: GridState = { cameras: 4, online: 1, sound: 1, alertsPerHour: 0, falsePerHour: 0, cases: 0 };

function figuresOf(state: GridState): GridFigures {
  const { cameras, online, sound } = state;
  const days = 30;
  const expectedSeconds = cameras * days * DAY;
  const validSeconds = expectedSeconds * online * sound;
  const alertsOf = (share: number) => {
    const confirmed = (share * state.alertsPerHour * validSeconds) / 3600;
    const raised = confirmed + (state.falsePerHour * validSeconds) / 3600;
    return { raised, confirmed, watch: { expectedSeconds, validSeconds } };
  };
  return {
    people: 1500,
    days,
    reported: {
      'reported-cases': state.cases,
      'major-cases': 0,
      fires: 0,
      accidents: 0,
      'disputes-escalated': 0,
    },
    deaths: 0,
    alerts: { 'lane-alerts': alertsOf(1), 'ebike-alerts': alertsOf(0.5) },
    shares: {
      'connected-rate': { done: cameras, due: cameras },
      'sites-covered': { done: 3, due: 4 },
      'patrols-done': { done: 9, due: 10 },
      'on-time-rate': { done: 18, due: 20 },
      'rework-rate': { done: 1, due: 20 },
      'satisfied-rate': { done: 40, due: 50 },
    },
    observed: {
      'online-rate': { done: expectedSeconds * online, due: expectedSeconds, coverage: 1 },
      'picture-rate': { done: cameras * sound, due: cameras, coverage: 1 },
    },
  };
}

function scoresOf(figures: readonly GridFigures[]) {
  const facts = Object.fromEntries(figures.map((own, i) => [`g${i + 1}`, factsOfGrid(own)]));
  const { areas } = computeAreaTree({ framework, areas: AREAS, facts });
  return (code: string) => {
    const found = areas.find(({ area }) => area.code === code);
    if (found === undefined) throw new Error(`no area ${code}`);
    return found;
  };
}

const share = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
const state: fc.Arbitrary<GridState> = fc.record({
  cameras: fc.integer({ min: 1, max: 40 }),
  online: fc.integer({ min: 12, max: 20 }).map((n) => n / 20),
  sound: fc.integer({ min: 18, max: 20 }).map((n) => n / 20),
  alertsPerHour: share.map((n) => n / 50),
  falsePerHour: share,
  cases: fc.nat(30),
});
const states = fc.array(state, { minLength: 4, maxLength: 4 });

describe("the product's framework", () => {
  test('has the seven pillars, and every indicator a sheet in two languages with its source', () => {
    expect(framework.index.children?.map(({ name }) => (typeof name === 'object' ? name.zh : name))).toEqual([
      '治安',
      '消防',
      '安全生产',
      '矛盾纠纷',
      '防范能力',
      '处置效能',
      '群众满意度',
    ]);
    for (const sheet of methodSheets(framework)) {
      expect(sheet.definition, sheet.code).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
      expect(sheet.source, sheet.code).not.toBeNull();
      expect(sheet.unit, sheet.code).not.toBeNull();
      expect(sheet.goalposts, sheet.code).not.toBeNull();
      expect(sheet.evidence, sheet.code).not.toBeNull();
    }
  });

  test('shows the targets of the plan at their indicators', () => {
    const targets = new Map(methodSheets(framework).map(({ code, targets: own }) => [code, own]));
    expect(targets.get('connected-rate')).toMatchObject([{ value: 100, sense: 'at-least' }]);
    expect(targets.get('major-cases')).toMatchObject([{ value: 9, sense: 'at-most' }]);
  });

  test('scores confirmed alerts lower and reported cases lower', () => {
    const score = scoresOf(
      [GOOD, { ...GOOD, alertsPerHour: 0.01 }, { ...GOOD, cases: 40 }, GOOD].map(figuresOf),
    );
    expect(score('g2').score).toBeLessThan(score('g1').score ?? 0);
    expect(score('g3').score).toBeLessThan(score('g4').score ?? 0);
  });

  test('is never lowered by more cameras that see the same true state, at any level', () => {
    fc.assert(
      fc.property(states, fc.nat(3), fc.integer({ min: 2, max: 20 }), (list, which, factor) => {
        const scoresBefore = scoresOf(list.map(figuresOf));
        const more = list.map((own, i) => (i === which ? { ...own, cameras: own.cameras * factor } : own));
        const scoresAfter = scoresOf(more.map(figuresOf));
        for (const { code } of AREAS)
          expect(scoresAfter(code).score).toBeGreaterThanOrEqual((scoresBefore(code).score ?? 0) - 1e-9);
      }),
    );
  });

  test('does not move by alerts that nobody confirmed', () => {
    fc.assert(
      fc.property(states, fc.integer({ min: 2, max: 1000 }), (list, factor) => {
        const scoresBefore = scoresOf(list.map(figuresOf));
        const louder = list.map((own) =>
          figuresOf({ ...own, falsePerHour: (1 + own.falsePerHour) * factor }),
        );
        for (const { code } of AREAS) expect(scoresOf(louder)(code).score).toBe(scoresBefore(code).score);
      }),
      { numRuns: 30 },
    );
  });

  test('says 数据不足 where too little is known, and never calls it safe', () => {
    const blind: GridFigures = { people: 1500, days: 30, reported: {}, alerts: {}, shares: {}, observed: {} };
    const score = scoresOf([blind, figuresOf(GOOD), figuresOf(GOOD), figuresOf(GOOD)]);
    expect(score('g1')).toMatchObject({ score: null, reason: 'insufficient', band: null, rank: null });
    expect(score('c1').areaShare).toBe(0.5);
  });

  test('takes cameras that were blind most of the time for no evidence', () => {
    const blind = scoresOf(Array.from({ length: 4 }, () => figuresOf({ ...GOOD, online: 0.4 })));
    const known = blind('g1').indicators.find(({ code }) => code === 'lane-alerts');
    expect(known?.normalised).toBeNull();
  });

  test('takes points for deaths by the level of the area', () => {
    const deadly = { ...figuresOf(GOOD), deaths: 1 };
    const score = scoresOf([deadly, figuresOf(GOOD), figuresOf(GOOD), figuresOf(GOOD)]);
    const points = ['g1', 'c1', 's', 'd', 'g2'].map((code) => score(code).deductions[0]?.points);
    expect(points).toEqual([10, 5, 2, 0.5, 0]);
    expect(score('g2').score).toBeCloseTo((score('g1').score ?? 0) + 10, 9);
  });
});
