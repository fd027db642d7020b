import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../dashboard/server/src/assembly/publication-facts.ts';
import { endedPeriods, enginePeriod } from '../../../dashboard/server/src/assembly/publication-periods.ts';
import {
  checkApproval,
  editStep,
  redStepAfter,
  redStepsOf,
  signersOf,
  submitStep,
} from '../../../dashboard/server/src/assembly/publication-rules.ts';
import { parseFrameworkYaml } from '../../../dashboard/server/src/index/index.ts';
import { SAMPLE_AREAS } from '../../../dashboard/server/src/registry/sample-areas.ts';
import { gatherFigures, reportedDays } from '../../../dashboard/server/src/reports/period-figures.ts';

const draft = { state: 'draft' as const, author: 'an', editor: null, submitter: null };
const submitted = { ...draft, state: 'submitted' as const, submitter: 'an' };

describe('the way of a publication', () => {
  test('needs another person than the author and the last editor', () => {
    expect(() => checkApproval(submitted, 'an')).toThrow(/another person/);
    expect(() => checkApproval({ ...submitted, editor: 'bo' }, 'bo')).toThrow(/another person/);
    expect(() => checkApproval({ ...submitted, editor: 'bo' }, 'chen')).not.toThrow();
    // Two people are enough: who hands in somebody else's draft may approve it.
    expect(() => checkApproval({ ...submitted, submitter: 'bo' }, 'bo')).not.toThrow();
  });

  test('of what the server computed by itself counts who handed it in', () => {
    const row = { ...submitted, author: 'system', submitter: 'an' };
    expect([...signersOf(row)]).toEqual(['an']);
    expect(() => checkApproval(row, 'an')).toThrow();
    expect(() => checkApproval(row, 'bo')).not.toThrow();
  });

  test('has edits for drafts only and no step twice', () => {
    expect(editStep(draft, { zh: '一', en: 'a' }, 'bo')).toEqual({ textZh: '一', textEn: 'a', editor: 'bo' });
    expect(() => editStep(submitted, { zh: '', en: '' }, 'bo')).toThrow(/submitted/);
    expect(() => submitStep(submitted, 'an')).toThrow(/submitted/);
    expect(() => checkApproval(draft, 'bo')).toThrow(/draft/);
  });
});

describe('periods', () => {
  test.each([
    [{ kind: 'day', start: '2026-11-22' }, '2026-11-22'],
    [{ kind: 'week', start: '2026-11-16' }, '2026-W47'],
    [{ kind: 'week', start: '2025-12-29' }, '2026-W01'],
    [{ kind: 'week', start: '2026-12-28' }, '2026-W53'],
    [{ kind: 'month', start: '2026-02-01' }, '2026-02'],
  ] as const)('%j is %s', (period, code) => expect(enginePeriod(period).code).toBe(code));

  test('that are over are yesterday, last week and last month, also over the turn of the year', () => {
    expect(endedPeriods('2026-01-01').map(({ start }) => start)).toEqual([
      '2025-12-31',
      '2025-12-22',
      '2025-12-01',
    ]);
    for (const period of endedPeriods('2026-03-01')) expect(() => enginePeriod(period)).not.toThrow();
  });
});

describe('red steps', () => {
  const rules = [
    { code: 'notice', name: { zh: '', en: '' }, afterPeriods: 1 },
    { code: 'interview', name: { zh: '', en: '' }, afterPeriods: 3 },
  ];
  test('follow the count, and the last one again after it', () => {
    expect([0, 1, 2, 3, 4, 9].map((count) => redStepAfter(count, rules)?.code ?? null)).toEqual([
      null,
      'notice',
      null,
      'interview',
      'interview',
      'interview',
    ]);
    expect(redStepAfter(3, [])).toBeNull();
  });

  test('are for weeks and months, and not for areas without a score', () => {
    const score = {
      publicationId: 'p',
      areaCode: 'a',
      level: 'grid',
      score: 10,
      rank: 1,
      rankLow: 1,
      rankHigh: 1,
    } as const;
    const rows = [
      { ...score, band: 'red', consecutiveRed: 1 },
      { ...score, areaCode: 'b', score: null, band: null, consecutiveRed: 1 },
    ];
    const at = new Date(0);
    const open = (kind: 'day' | 'month') =>
      redStepsOf({ id: 'p', kind, start: '2026-11-01' }, rows, { rules, at });
    expect(open('month').map(({ areaCode, stepCode }) => [areaCode, stepCode])).toEqual([['a', 'notice']]);
    expect(open('day')).toEqual([]);
  });
});

describe('the figures of a period', () => {
  const grid = '440306901901901';
  const sources = {
    from: '2026-11-01',
    to: '2026-11-10',
    areas: SAMPLE_AREAS,
    populations: new Map([[grid, 36_525]]),
    spans: [{ firstDay: '2026-10-01', lastDay: '2026-11-05' }],
    sums: [
      { areaCode: grid, measure: 'camera-hours', origin: 'devices', amount: 120, coverage: 5 },
      { areaCode: grid, measure: 'reported-cases', origin: 'events', amount: 3, coverage: 2 },
      { areaCode: '440306', measure: 'reported-cases', origin: 'events', amount: 9, coverage: 1 },
    ],
  };

  test('count person-years only on days that a source has told of', () => {
    expect(reportedDays('2026-11-01', '2026-11-10', sources.spans)).toBe(5);
    const { figures } = gatherFigures(sources);
    expect(figures[grid]).toMatchObject({
      'person-years': { amount: 500, coverage: 0.5 },
      'camera-hours': { amount: 120, coverage: 0.5 },
      'reported-cases': { amount: 3, coverage: 1 },
    });
    expect(figures['440306']).toBeUndefined();
  });

  test('are unknown, not quiet, where no source has told of anything', () => {
    const { figures } = gatherFigures({ ...sources, spans: [] });
    expect(figures[grid]?.['person-years']).toBeUndefined();
  });

  test('become facts: an absent count is none where the exposure is known, anything else absent is unknown', () => {
    const framework = parseFrameworkYaml(`
code: t
version: "1"
index:
  code: t
  children:
    - { code: cases, column: reported-cases, count: true, direction: negative, denominator: { column: person-years, per: 10000 }, goalposts: [0, 100] }
    - { code: fires, count: true, direction: negative, denominator: { column: person-years, per: 10000 }, goalposts: [0, 100] }
    - { code: done, denominator: { column: planned, per: 100 }, goalposts: [0, 100] }
    - { code: rate, column: other, denominator: { column: camera-hours }, goalposts: [0, 100] }
`);
    expect(factsOf(framework, gatherFigures(sources))[grid]).toEqual({
      cases: { numerator: 3, denominator: 500, coverage: 0.5 },
      fires: { numerator: 0, denominator: 500, coverage: 0.5 },
    });
  });
});
