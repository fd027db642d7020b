import { describe, expect, test } from 'vitest';
import {
  computeIndex,
  type Framework,
  IndexError,
  resultToJson,
  scoresToCsv,
} from '../../../dashboard/server/src/index/index.ts';
import type { DataTable } from '../../../dashboard/server/src/index/table.ts';
import { frameworkOf, indicatorsOf, tableOf } from './build.ts';

const NA = Number.NaN;

function compute(framework: Framework, table: DataTable) {
  const result = computeIndex({ framework, table, softwareVersion: '9.9.9' });
  const node = (code: string) => {
    const found = result.nodes.find((each) => each.code === code);
    if (found === undefined) throw new Error(`no node ${code}`);
    return found;
  };
  return { result, node, scores: [...node('i').scores] };
}

function problemsOf(framework: Framework, table: DataTable): readonly string[] {
  try {
    compute(framework, table);
  } catch (error) {
    if (error instanceof IndexError) return error.problems;
    throw error;
  }
  return [];
}

describe('computing an index', () => {
  test('carries weights of every level into the score', () => {
    const framework = frameworkOf(
      {
        code: 'i',
        children: [
          {
            code: 'p',
            weight: 3,
            children: [
              { code: 'a', weight: 1 },
              { code: 'b', weight: 4 },
            ],
          },
          { code: 'c', weight: 1 },
        ],
      },
      { normalisation: { method: 'none' } },
    );
    const { scores, node } = compute(framework, tableOf({ a: [10, 0], b: [20, 0], c: [40, 8] }));
    expect(scores).toEqual([0.75 * (0.2 * 10 + 0.8 * 20) + 0.25 * 40, 2]);
    expect(node('b').globalWeight).toBeCloseTo(0.6, 12);
    expect([...node('p').ranks]).toEqual([1, 2]);
  });

  test('divides by denominators before anything else, per what the framework says', () => {
    const framework = frameworkOf({
      code: 'i',
      children: [
        {
          code: 'x',
          column: 'cases',
          direction: 'negative',
          denominator: { column: 'people', per: 10_000 },
          goalposts: [0, 20],
        },
      ],
    });
    const { result, scores } = compute(
      framework,
      tableOf({ cases: [5, 30, 7, 1], people: [10_000, 20_000, 0, null] }),
    );
    expect([...(result.indicators[0]?.rates ?? [])]).toEqual([5, 15, NA, NA]);
    expect(scores).toEqual([75, 25, NA, NA]);
  });

  test('gives the weight of a missing value to its siblings and says how much was known', () => {
    const framework = frameworkOf(
      {
        code: 'i',
        children: [
          { code: 'a', weight: 1 },
          { code: 'b', weight: 3 },
        ],
      },
      { normalisation: { method: 'none' } },
    );
    const { scores, node } = compute(framework, tableOf({ a: [10, 10, null], b: [20, null, null] }));
    expect(scores).toEqual([17.5, 10, NA]);
    expect([...node('i').dataShares]).toEqual([1, 0.25, 0]);
  });

  test('gives no score below the minimum data share, by weight or by number', () => {
    const index = {
      code: 'i',
      children: [
        { code: 'a', weight: 1 },
        { code: 'b', weight: 3 },
      ],
    };
    const table = tableOf({ a: [10, null], b: [null, 20] });
    const normalisation = { method: 'none' };
    const byWeight = frameworkOf(index, { normalisation, missing: { minDataShare: 0.5 } });
    expect(compute(byWeight, table).scores).toEqual([NA, 20]);
    const byNumber = frameworkOf(index, { normalisation, missing: { minDataShare: 0.5, measure: 'count' } });
    expect(compute(byNumber, table).scores).toEqual([10, 20]);
    const own = frameworkOf({ ...index, minDataShare: 0.8 }, { normalisation });
    expect(compute(own, table).scores).toEqual([NA, NA]);
  });

  test('imputes at the stage asked for, and imputed values are no data', () => {
    const at = (stage: string) =>
      compute(
        frameworkOf(
          { code: 'i', children: [{ code: 'a' }] },
          { imputation: { method: 'mean', stage }, treatment: { log: 'always' } },
        ),
        tableOf({ a: [0, 100, 20, null] }),
      );
    const before = at('before-treatment');
    const scale = (value: number) => (100 * Math.log((value + 1) / 1)) / Math.log(101 / 1);
    expect(before.scores[3]).toBeCloseTo(scale(40), 9);
    expect(at('after-normalisation').scores[3]).toBeCloseTo((0 + 100 + scale(20)) / 3, 9);
    expect(at('after-treatment').scores[3]).toBeCloseTo((0 + 100 + scale(20)) / 3, 9);
    expect([...before.node('i').dataShares]).toEqual([1, 1, 1, 0]);
  });

  test('treats outliers before it normalises and reports what it did', () => {
    const values = [...Array.from({ length: 10 }, (_, i) => i + 1), 30, 100];
    const framework = frameworkOf(
      { code: 'i', children: [{ code: 'a' }] },
      { treatment: { winsorise: { maxPoints: 3 } } },
    );
    const { result, scores } = compute(framework, tableOf({ a: values }));
    expect(scores.slice(-2)).toEqual([100, 100]);
    expect(result.indicators[0]?.treatmentRecord.winsorisedHigh).toBe(1);
  });

  test('shrinks rates of few people towards the mean of all', () => {
    const framework = frameworkOf({
      code: 'i',
      children: [
        {
          code: 'x',
          direction: 'negative',
          count: true,
          shrinkage: 'global',
          denominator: { column: 'n', per: 1000 },
        },
      ],
    });
    const { result } = compute(
      framework,
      tableOf({ x: [0, 100, 260, 150], n: [100, 10_000, 10_000, 10_000] }),
    );
    const rates = result.indicators[0]?.rates ?? new Float64Array();
    const mean = (510 / 30_100) * 1000;
    expect(rates[0]).toBeGreaterThan(0.75 * mean);
    expect(rates[0]).toBeLessThan(mean);
    expect(rates[2]).toBeGreaterThan(0.9 * 26);
  });

  test('shrinks within groups where the framework says so', () => {
    const child = {
      code: 'x',
      count: true,
      shrinkage: 'group',
      denominator: { column: 'n' },
      normalisation: { method: 'none' },
    };
    const framework = frameworkOf({ code: 'i', children: [child] }, { unit: { group: 'g' } });
    const table = tableOf({ x: [1, 1, 9, 9], n: [10, 10, 10, 10] }, ['a', 'a', 'b', 'b']);
    expect(compute(framework, table).scores).toEqual([0.1, 0.1, 0.9, 0.9]);
  });

  test('takes deductions off the index, never below the floor', () => {
    const framework = frameworkOf(
      { code: 'i', children: indicatorsOf(['a']) },
      {
        normalisation: { method: 'none' },
        deductions: [
          { code: 'deaths', column: 'deaths', points: 10, max: 30 },
          { code: 'fires', column: 'fires', points: 5 },
        ],
      },
    );
    const { result, scores } = compute(
      framework,
      tableOf({ a: [80, 80, 20, null], deaths: [1, 9, 3, 1], fires: [null, 2, 2, 0] }),
    );
    expect(scores).toEqual([70, 40, 0, NA]);
    expect(result.deductions.map(({ taken }) => [...taken].slice(0, 3))).toEqual([
      [10, 30, 15],
      [0, 10, 5],
    ]);
  });

  test('ranks also within the parent of each unit', () => {
    const framework = frameworkOf(
      { code: 'i', children: indicatorsOf(['a']) },
      { unit: { parent: 'street' } },
    );
    const table = { ...tableOf({ a: [1, 2, 3, 4] }), parents: ['s', 's', 't', 't'] };
    expect([...(compute(framework, table).result.ranksInParent ?? [])]).toEqual([2, 1, 2, 1]);
  });

  test('names node and unit where a mean meets a value it cannot take', () => {
    const framework = frameworkOf(
      { code: 'i', aggregation: 'geometric', children: indicatorsOf(['a']) },
      { normalisation: { method: 'z-score' } },
    );
    expect(problemsOf(framework, tableOf({ a: [1, 2, 3] }))).toEqual([
      expect.stringMatching(/node "i", unit "u1".*above 0/),
    ]);
  });

  test('names every column that is missing and every cell that cannot be', () => {
    const framework = frameworkOf({
      code: 'i',
      children: [{ code: 'a', denominator: { column: 'n' } }, { code: 'b' }],
    });
    expect(problemsOf(framework, tableOf({ b: [1] }))).toHaveLength(2);
    const counted = frameworkOf({
      code: 'i',
      children: [
        { code: 'a', count: true },
        { code: 'b', transform: 'log' },
      ],
    });
    const problems = problemsOf(counted, tableOf({ a: [1, -1], b: [0, 3] }));
    expect(problems).toEqual([
      expect.stringMatching(/"u2", indicator "a": -1 is negative/),
      expect.stringMatching(/"u1", indicator "b": 0 is not above 0/),
    ]);
  });

  test('refuses units that are there twice, and no units', () => {
    const framework = frameworkOf({ code: 'i', children: indicatorsOf(['a']) });
    expect(problemsOf(framework, { ...tableOf({ a: [1, 2] }), units: ['x', 'x'] })).toEqual([
      expect.stringMatching(/twice/),
    ]);
    expect(problemsOf(framework, tableOf({ a: [] }))).toEqual([expect.stringMatching(/no unit/)]);
  });

  test('states where its numbers come from, whatever the order of rows and keys', () => {
    const index = { code: 'i', children: indicatorsOf(['a', 'b']) };
    const one = compute(frameworkOf(index), tableOf({ a: [1, 2], b: [3, null] })).result.provenance;
    const framework: Framework = {
      index: { children: frameworkOf(index).index.children ?? [], code: 'i' },
      version: '1',
      code: 'test',
    };
    const table = { ...tableOf({ b: [null, 3], a: [2, 1] }), units: ['u2', 'u1'] };
    expect(compute(framework, table).result.provenance).toEqual(one);
    expect(one).toMatchObject({ framework: { code: 'test', version: '1' }, softwareVersion: '9.9.9' });
    expect(one.inputsSha256).toMatch(/^[0-9a-f]{64}$/);
    const other = compute(frameworkOf(index), tableOf({ a: [1, 2], b: [3, 0] })).result.provenance;
    expect(other.inputsSha256).not.toBe(one.inputsSha256);
    expect(other.framework).toEqual(one.framework);
  });
});

describe('reports of a result', () => {
  const framework = frameworkOf(
    { code: 'i', children: indicatorsOf(['a']) },
    {
      normalisation: { method: 'none' },
      bands: [
        { code: 'red', name: '红', colour: '#ff0000', from: 0, alert: true },
        { code: 'green', name: '绿', colour: '#00ff00', from: 50 },
      ],
    },
  );
  const { result } = compute(framework, {
    ...tableOf({ a: [60, 10, null] }),
    units: ['say "a", b', 'y', 'z'],
  });

  test('write scores, ranks, bands and data shares of every node as CSV', () => {
    expect(scoresToCsv(result)).toBe(
      [
        'unit,i,i.rank,i.band,i.share,a,a.rank,a.band,a.share',
        '"say ""a"", b",60,1,green,1,60,1,green,1',
        'y,10,2,red,1,10,2,red,1',
        'z,,,,0,,,,0',
        '',
      ].join('\n'),
    );
  });

  test('write missing numbers as null and say that data are insufficient', () => {
    const json = JSON.parse(JSON.stringify(resultToJson(result)));
    expect(json.units[2]).toMatchObject({
      unit: 'z',
      score: null,
      rank: null,
      reason: 'insufficient',
      band: null,
    });
    expect(json.units[0].indicators.a).toMatchObject({
      raw: 60,
      normalised: 60,
      isObserved: true,
      contribution: 60,
    });
  });
});
