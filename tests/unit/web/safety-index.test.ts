import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  floorOf,
  trendOption,
  waterfallOption,
} from '../../../dashboard/web/src/components/safety/chart-options.ts';
import {
  intervalOf,
  tiedCodes,
  tieGroups,
} from '../../../dashboard/web/src/components/safety/ranking-order.ts';
import { combPlan, WIDTH } from '../../../dashboard/web/src/pages/index/comb-plan.ts';
import { isoWeek, localDay, periodStart, periodText } from '../../../dashboard/web/src/pages/index/period.ts';
import { readSelection } from '../../../dashboard/web/src/pages/index/selection.ts';
import { addsUp, changeText, waterfall } from '../../../dashboard/web/src/pages/index/waterfall.ts';
import { lineOfPath } from '../../../dashboard/web/src/pages/index/yaml-lines.ts';
import { stopAt, tour } from '../../../dashboard/web/src/pages/kiosk/rotation.ts';

describe('periods', () => {
  test.each([
    ['day', '2026-11-22', '2026-11-22', '2026-11-22'],
    ['week', '2026-11-22', '2026-11-16', '2026-W47'],
    ['week', '2026-11-16', '2026-11-16', '2026-W47'],
    ['week', '2027-01-01', '2026-12-28', '2026-W53'],
    ['month', '2026-11-22', '2026-11-01', '2026-11'],
  ] as const)('the %s of %s begins on %s and reads %s', (kind, day, start, text) => {
    expect(periodStart(kind, day)).toBe(start);
    expect(periodText({ kind, start })).toBe(text);
  });

  test('the first week of a year is the one with its first Thursday', () => {
    expect(isoWeek('2025-12-29')).toEqual({ year: 2026, week: 1 });
    expect(isoWeek('2026-12-28')).toEqual({ year: 2026, week: 53 });
  });

  test('today is the day of this clock, not of Greenwich', () => {
    expect(localDay(new Date(2026, 0, 5, 0, 30))).toBe('2026-01-05');
  });
});

describe('ties', () => {
  const area = (code: string, rank: number | null, from = rank ?? 0, to = rank ?? 0) => ({
    code,
    rank,
    rankInterval: rank === null ? null : [from, to],
  });

  test('areas whose interval overlaps with that of the first of the group are tied', () => {
    const areas = [
      area('a', 1, 1, 2),
      area('b', 2, 1, 3),
      area('c', 3, 3, 4),
      area('d', 4, 3, 4),
      area('e', 5),
    ];
    expect([...tieGroups(areas)]).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['d', 1],
      ['e', 2],
    ]);
    expect([...tiedCodes(areas)]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('an area without a rank is in no group, and one without an interval has its rank as one', () => {
    expect(tiedCodes([area('a', null), area('b', 1)]).size).toBe(0);
    expect(intervalOf({ code: 'x', rank: 4, rankInterval: null })).toEqual([4, 4]);
  });
});

describe('waterfall', () => {
  test('starts at the first score, ends at the second, and the rest is one step', () => {
    const parts = [0.5, -2, 0, 0.25, 1].map((part, index) => ({ code: `${index}`, part }));
    const { steps, rest, sum } = waterfall(parts, 70, 2);
    expect(steps.map(({ code, from, to }) => [code, from, to])).toEqual([
      ['1', 70, 68],
      ['4', 68, 69],
    ]);
    expect(rest).toEqual({ count: 2, part: 0.75, from: 69, to: 69.75 });
    expect(sum).toBe(-0.25);
  });

  test('whatever the parts, the last step ends at the start plus their sum', () => {
    const part = fc.record({ code: fc.string(), part: fc.double({ min: -50, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 1, max: 20 }), (parts, limit) => {
        const { steps, rest, sum } = waterfall(parts, 60, limit);
        const end = rest?.to ?? steps.at(-1)?.to ?? 60;
        expect(end).toBeCloseTo(60 + sum, 8);
        expect(addsUp(parts, sum)).toBe(true);
        expect(addsUp(parts, sum + 1e-6)).toBe(false);
      }),
    );
  });

  test('changes carry their sign, nought carries none', () => {
    expect([changeText(1.256), changeText(-0.4), changeText(-0.001)]).toEqual(['+1.26', '−0.40', '0.00']);
  });

  test('bars rest on the lower end of each step', () => {
    const option = waterfallOption(
      { name: 'from', score: 70 },
      [{ name: 'fall', from: 70, to: 68, part: -2 }],
      { name: 'to', score: 68 },
    );
    const [ground, bars] = option.series;
    const [, lower = 0] = ground?.data ?? [];
    const [whole, fall] = bars?.data ?? [];
    expect(fall).toMatchObject({ value: 2 });
    const floor = 70 - (typeof whole === 'object' ? whole.value : 0);
    expect(Number(lower) + floor).toBe(68);
  });
});

describe('trend', () => {
  const name = { zh: '关注', en: 'Attention' };
  const bands = [
    { code: 'red', name, colour: '#d32f2f', from: 0, to: 60 },
    { code: 'amber', name, colour: '#f9a825', from: 60, to: 100 },
  ];
  const points = [
    { publicationId: 'a', start: '2026-11-20', score: 71, provisional: false },
    { publicationId: 'b', start: '2026-11-21', score: null, provisional: true },
  ];

  test('leaves room below the lowest score and leaves out bands below that', () => {
    expect([floorOf([71, null]), floorOf([null]), floorOf([3])]).toEqual([60, 0, 0]);
    const option = trendOption({ area: 'a', kind: 'day', bands, points }, ({ en }) => en);
    expect(option.yAxis.min).toBe(60);
    expect(option.series[0]?.markArea.data).toHaveLength(1);
    expect(option.series[0]?.data.map(({ value, symbol }) => [value, symbol])).toEqual([
      [71, 'circle'],
      [null, 'emptyCircle'],
    ]);
  });
});

describe('comb', () => {
  test.each([1, 6, 31, 124])('%i cells lie inside the drawing and none on another', (count) => {
    const { cells, width, height } = combPlan(count, 1.9);
    expect(cells).toHaveLength(count);
    for (const [index, { x, y }] of cells.entries()) {
      expect(x - WIDTH / 2).toBeGreaterThanOrEqual(-1e-9);
      expect(x + WIDTH / 2).toBeLessThanOrEqual(width + 1e-9);
      expect(y).toBeLessThan(height);
      for (const other of cells.slice(index + 1)) {
        expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThan(WIDTH - 1e-6);
      }
    }
  });
});

describe('lines of a problem', () => {
  const yaml = [
    '# comment',
    'code: pingan',
    'index:',
    '  children:',
    '    - code: a',
    '      weight: 1',
    '    - code: b',
    '      children:',
    '        - { code: b1, weight: 0 }',
    '        - code: b2',
    '          goalposts: [1, 1]',
    'bands:',
    '- code: red',
    '  from: 0',
  ].join('\n');

  test.each([
    ['code', 2],
    ['index.children[0].weight', 6],
    ['index.children[1].code', 7],
    ['/index/children/1/children/1/goalposts', 11],
    ['index.children[1].children[0].weight', 9],
    ['bands[0].from', 14],
    ['bad mapping at line 5', 5],
    ['nowhere', null],
  ])('%s', (path, line) => expect(lineOfPath(yaml, path)).toBe(line));
});

describe('address', () => {
  test('keeps what makes sense and drops the rest', () => {
    expect(readSelection({ kind: 'week', publication: 'a1-b2', area: 440306, page: 7 })).toEqual({
      kind: 'week',
      publication: 'a1-b2',
      area: '440306',
    });
    expect(readSelection({ kind: 'year', publication: '<script>', area: 'x'.repeat(65) })).toEqual({});
  });
});

describe('tour of the wall', () => {
  const area = (code: string, parent: string | null) =>
    ({ code, parent, level: 'street', score: null }) as const;
  const root = area('d', null);
  const areas = [root, area('s1', 'd'), area('s2', 'd'), area('c1', 's1'), area('c2', 's2'), area('s3', 'd')];

  test('visits the root and what has areas below it, over and over', () => {
    const stops = tour(areas, root);
    expect(stops.map(({ code }) => code)).toEqual(['d', 's1', 's2']);
    expect([0, 1, 3, 5].map((step) => stopAt(stops, step)?.code)).toEqual(['d', 's1', 'd', 's2']);
    expect(stopAt([], 3)).toBeUndefined();
  });
});
