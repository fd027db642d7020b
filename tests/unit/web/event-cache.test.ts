import { describe, expect, test } from 'vitest';
import { placeEvent, replaceItem, upsertItem } from '../../../dashboard/web/src/api/event-cache.ts';
import type { EventItem, Page } from '../../../dashboard/web/src/api/types.ts';

const event = (id: string, second: number, change: Partial<EventItem> = {}): EventItem => ({
  id,
  type: 'zone-intrusion',
  typeName: { zh: '区域入侵', en: 'Zone intrusion' },
  severity: 2,
  state: 'new',
  active: true,
  occurredAt: `2026-11-22T08:00:${String(second).padStart(2, '0')}.000Z`,
  receivedAt: '2026-11-22T08:01:00.000Z',
  updatedAt: '2026-11-22T08:01:00.000Z',
  clearedAt: null,
  clockTrusted: true,
  gatewayId: 'gw-1',
  camera: null,
  sensor: null,
  area: null,
  snapshotUrl: null,
  snapshotSize: null,
  detail: {},
  ...change,
});
const ids = (pages: Page<EventItem>[]) => pages.map(({ items }) => items.map(({ id }) => id));

describe('placeEvent', () => {
  const pages = [
    { items: [event('d', 40), event('c', 30)], next: 'x' },
    { items: [event('b', 20)], next: null },
  ];

  test('puts a new event on top of the first page', () => {
    expect(ids(placeEvent(pages, event('e', 50), {}))).toEqual([['e', 'd', 'c'], ['b']]);
  });

  test('puts a late event between its neighbours by the time it occurred', () => {
    expect(ids(placeEvent(pages, event('m', 35), {}))).toEqual([['d', 'm', 'c'], ['b']]);
  });

  test('replaces an event that is already there instead of doubling it', () => {
    const next = placeEvent(pages, event('c', 30, { active: false }), {});
    expect(ids(next)).toEqual([['d', 'c'], ['b']]);
    expect(next[0]?.items[1]?.active).toBe(false);
  });

  test('takes an event out when it no longer matches the filter', () => {
    expect(ids(placeEvent(pages, event('d', 40, { state: 'acknowledged' }), { state: 'new' }))).toEqual([
      ['c'],
      ['b'],
    ]);
  });

  test('leaves an event of another type or level out', () => {
    expect(ids(placeEvent(pages, event('e', 50), { type: 'smoke-alarm' }))).toEqual([['d', 'c'], ['b']]);
    expect(ids(placeEvent(pages, event('e', 50), { severity: 1 }))).toEqual([['d', 'c'], ['b']]);
  });

  test('appends the oldest event only when everything has been loaded', () => {
    expect(ids(placeEvent(pages, event('a', 1), {}))).toEqual([
      ['d', 'c'],
      ['b', 'a'],
    ]);
    const partly = [{ items: [event('d', 40)], next: 'more' }];
    expect(ids(placeEvent(partly, event('a', 1), {}))).toEqual([['d']]);
  });

  test('fills an empty list', () => {
    expect(ids(placeEvent([{ items: [], next: null }], event('a', 1), {}))).toEqual([['a']]);
  });

  test('orders events of the same time by their id', () => {
    expect(ids(placeEvent([{ items: [event('b', 5)], next: null }], event('c', 5), {}))).toEqual([
      ['c', 'b'],
    ]);
  });
});

describe('upsertItem', () => {
  test('replaces by id and leaves other pages untouched', () => {
    const pages = [
      { items: [{ id: 'a', n: 1 }], next: 'x' },
      { items: [{ id: 'b', n: 1 }], next: null },
    ];
    const next = upsertItem(pages, { id: 'b', n: 2 });
    expect(next[1]?.items).toEqual([{ id: 'b', n: 2 }]);
    expect(next[0]).toBe(pages[0]);
    expect(replaceItem(pages, { id: 'z', n: 0 })).toEqual(pages);
  });

  test('adds a new thing only behind the last page', () => {
    expect(upsertItem([{ items: [{ id: 'a' }], next: null }], { id: 'b' })[0]?.items).toHaveLength(2);
    expect(upsertItem([{ items: [{ id: 'a' }], next: 'more' }], { id: 'b' })[0]?.items).toHaveLength(1);
  });
});
