import { describe, expect, test } from 'vitest';
import type { IndexArea } from '../../../dashboard/web/src/api/types.ts';
import {
  descendantsAt,
  gridGroups,
  levelsBelow,
  pathTo,
  ranked,
  rootsOf,
  withoutSample,
} from '../../../dashboard/web/src/components/area-tree.ts';
import { follow, NOTHING, step } from '../../../dashboard/web/src/pages/duty/alarm-selection.ts';
import { honeycomb } from '../../../dashboard/web/src/pages/duty/hexagons.ts';
import { onPage, pageCount, pageOfCamera } from '../../../dashboard/web/src/pages/duty/wall-plan.ts';
import { alarmRate, rateBars, rateLevel, soundFor } from '../../../dashboard/web/src/sound/alarm-rate.ts';

const list = (...ids: string[]) => ids.map((id) => ({ id }));

describe('selection in the alarm queue', () => {
  test('the first step selects the first alarm, further ones stay inside the list', () => {
    const items = list('a', 'b');
    const first = step(items, NOTHING, 1);
    expect(first).toEqual({ id: 'a', index: 0 });
    expect(step(items, step(items, first, 1), 1)).toEqual({ id: 'b', index: 1 });
    expect(step(items, first, -1)).toEqual({ id: 'a', index: 0 });
    expect(step([], first, 1)).toEqual(NOTHING);
  });

  test('stays on the same alarm when new ones push it down', () => {
    expect(follow(list('n', 'a', 'b'), { id: 'a', index: 0 })).toEqual({ id: 'a', index: 1 });
  });

  test('hands over to the alarm that takes the place of one that left', () => {
    expect(follow(list('a', 'c'), { id: 'b', index: 1 })).toEqual({ id: 'c', index: 1 });
    expect(follow(list('a'), { id: 'b', index: 1 })).toEqual({ id: 'a', index: 0 });
    expect(follow([], { id: 'b', index: 1 })).toEqual(NOTHING);
  });
});

describe('video wall', () => {
  test('pages cameras by the number of tiles', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    expect(pageCount(5, 4)).toBe(2);
    expect(pageCount(0, 9)).toBe(1);
    expect(onPage(ids, 1, 4)).toEqual(['e']);
    expect(onPage(ids, 9, 4)).toEqual(['e']);
    expect(pageOfCamera(ids, 'e', 4)).toBe(1);
    expect(pageOfCamera(ids, 'z', 4)).toBeNull();
  });
});

const area = (
  code: string,
  parent: string | null,
  level: IndexArea['level'],
  score: number | null,
): IndexArea => ({
  code,
  parent,
  level,
  name: { zh: code, en: code },
  sample: true,
  score,
  band: null,
  rank: null,
  indicators: [],
});

describe('area tree', () => {
  const areas = [
    area('d', null, 'district', 80),
    area('s1', 'd', 'street', 70),
    area('s2', 'd', 'street', null),
    area('c1', 's1', 'community', 90),
    area('g1', 'c1', 'grid', 95),
    area('g2', 'c1', 'grid', null),
  ];

  test('finds the root, the way down and what lies below', () => {
    expect(rootsOf(areas).map(({ code }) => code)).toEqual(['d']);
    expect(pathTo(areas, 'g2').map(({ code }) => code)).toEqual(['d', 's1', 'c1', 'g2']);
    expect(pathTo(areas, 'nowhere')).toEqual([]);
    expect(descendantsAt(areas, { code: 'd' }, 'grid').map(({ code }) => code)).toEqual(['g1', 'g2']);
    expect(levelsBelow(areas, { code: 'd' })).toEqual(['street', 'community', 'grid']);
    expect(levelsBelow(areas, { code: 'g1' })).toEqual([]);
  });

  test('ends on a circle of parents', () => {
    const circle = [area('x', 'y', 'grid', 1), area('y', 'x', 'grid', 1)];
    expect(pathTo(circle, 'x').map(({ code }) => code)).toEqual(['y', 'x']);
  });

  test('ranks areas without a score last, never as nought', () => {
    expect(ranked(areas.slice(1, 4)).map(({ code }) => code)).toEqual(['c1', 's1', 's2']);
    expect(
      ranked([area('n', null, 'grid', null), area('o', null, 'grid', 0)]).map(({ code }) => code),
    ).toEqual(['o', 'n']);
  });

  test('leaves the word sample out of a name, and nothing else', () => {
    const names = ['榕树社区（示例）', 'Banyan (sample)', '示例路社区'];
    expect(names.map(withoutSample)).toEqual(['榕树社区', 'Banyan', '示例路社区']);
  });

  test('groups grids by community and sets them as a comb without overlaps', () => {
    expect(gridGroups(areas)).toHaveLength(1);
    const plan = honeycomb([2, 3]);
    const cells = plan.groups.flatMap((group) => group.cells);
    expect(cells).toHaveLength(5);
    for (const [index, a] of cells.entries()) {
      for (const b of cells.slice(index + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(51.9);
    }
  });
});

describe('alarm rate', () => {
  const now = Date.parse('2026-11-22T08:25:00.000Z');
  const raised = (minutesAgo: number, severity = 2) => ({
    occurredAt: new Date(now - minutesAgo * 60_000).toISOString(),
    severity,
  });

  test('counts the last ten minutes', () => {
    expect(alarmRate([raised(0), raised(9.9), raised(10), raised(30)], now)).toBe(2);
  });

  test('has the limits 1, 2 and 10', () => {
    expect([0, 1, 2, 3, 10, 11].map(rateLevel)).toEqual(['calm', 'calm', 'busy', 'high', 'high', 'flood']);
  });

  test('sounds for levels 1 and 2, in a flood for level 1 only', () => {
    expect(soundFor(1, 20)).toBe(1);
    expect(soundFor(2, 3)).toBe(2);
    expect(soundFor(2, 11)).toBeNull();
    expect(soundFor(3, 0)).toBeNull();
  });

  test('puts each alarm into the ten minutes of the clock in which it was raised', () => {
    const bars = rateBars([raised(0, 1), raised(5, 2), raised(5.1, 3), raised(24, 4), raised(500)], now, 3);
    expect(bars.map(({ bySeverity }) => bySeverity)).toEqual([
      [0, 0, 0, 1],
      [0, 0, 1, 0],
      [1, 1, 0, 0],
    ]);
    expect(bars[2]?.startMs).toBe(Date.parse('2026-11-22T08:20:00.000Z'));
  });
});
