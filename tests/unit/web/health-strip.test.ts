import { describe, expect, test } from 'vitest';
import type { CameraHistory } from '../../../dashboard/web/src/api/camera-health-types.ts';
import { readFilter } from '../../../dashboard/web/src/pages/cameras/filter-search.ts';
import {
  axisMarks,
  findingBands,
  lineOf,
  secondsOf,
  stateBands,
} from '../../../dashboard/web/src/pages/cameras/strip-plan.ts';
import { moveTo, pagesOf, tilesOn } from '../../../dashboard/web/src/pages/wall/wall-grid.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 0, minute)).toISOString();
const sample = (minute: number, fps: number | null): CameraHistory['samples'][number] => ({
  at: at(minute),
  fps,
  bitrateKbps: null,
  lossRatio: null,
  jitterMs: null,
  clockOffsetMs: fps === null ? null : -fps,
  streaming: 1,
});
const history = (part: Partial<CameraHistory> = {}): CameraHistory => ({
  from: at(0),
  to: at(100),
  intervals: [],
  truncated: false,
  stepSeconds: 300,
  samples: [],
  maintenance: [],
  figures: [],
  ...part,
});

describe('the health strip', () => {
  test('cuts states to the span and leaves what nobody observed empty', () => {
    const shown = history({
      intervals: [
        { kind: 'good', cause: null, findings: [], from: at(-10), to: at(20) },
        { kind: 'down', cause: 'unreachable', findings: [], from: at(50), to: at(60) },
        { kind: 'good', cause: null, findings: [], from: at(120), to: at(130) },
      ],
    });
    expect(stateBands(shown).map(({ start, width }) => [start, width])).toEqual([
      [0, 0.2],
      [0.5, expect.closeTo(0.1, 9)],
    ]);
    expect(secondsOf(shown)).toEqual({ online: 1200, down: expect.closeTo(600, 6) });
  });

  test('joins a finding over intervals that touch and begins anew after a gap', () => {
    const poor = { kind: 'poor' as const, cause: null };
    const shown = history({
      intervals: [
        { ...poor, findings: ['black'], from: at(0), to: at(10) },
        { ...poor, findings: ['black', 'blurred'], from: at(10), to: at(20) },
        { ...poor, findings: ['black'], from: at(40), to: at(50) },
      ],
    });
    expect(findingBands(shown).map(({ kind, start, width }) => [kind, start, width])).toEqual([
      ['black', 0, 0.2],
      ['blurred', 0.1, 0.1],
      ['black', 0.4, expect.closeTo(0.1, 9)],
    ]);
  });

  test('draws a line from zero, broken where samples are missing', () => {
    const shown = history({ samples: [sample(0, 5), sample(5, 10), sample(20, 10), sample(25, null)] });
    const line = lineOf(shown, 'fps');
    expect(line?.paths.map((path) => path.map(({ y }) => y))).toEqual([[0.5, 1], [1]]);
    expect(line).toMatchObject({ min: 5, max: 10 });
    expect(lineOf(shown, 'clockOffsetMs')?.paths[0]?.map(({ y }) => y)).toEqual([0.5, 0]);
    expect(lineOf(shown, 'lossRatio')).toBeNull();
  });

  test('marks hours of a day and days of a week inside of the span', () => {
    const day = axisMarks({ from: at(0), to: at(1440) });
    expect(day).toHaveLength(day[0]?.place === 0 ? 7 : 6);
    expect(axisMarks({ from: at(0), to: at(60) }).length).toBeGreaterThanOrEqual(6);
    expect(axisMarks({ from: at(0), to: at(7 * 1440) }).length).toBeGreaterThanOrEqual(7);
  });
});

test('the filter of the camera list takes from the address only what it knows', () => {
  expect(
    readFilter({ state: 'failed', cause: 'unreachable', area: 440306901901901, search: 12, x: 'y' }),
  ).toEqual({
    state: 'failed',
    cause: 'unreachable',
    area: '440306901901901',
    search: '12',
  });
  expect(readFilter({ state: 'broken', finding: 'ugly', gatewayId: ['a'] })).toEqual({});
});

describe('the wall', () => {
  test('turns pages and shows the last one beyond the end', () => {
    const cameras = Array.from({ length: 10 }, (_, n) => n);
    expect([pagesOf(10, 9), pagesOf(0, 16)]).toEqual([2, 1]);
    expect(tilesOn(cameras, 1, 9)).toEqual([9]);
    expect(tilesOn(cameras, 7, 4)).toEqual([8, 9]);
  });

  test('arrows stay inside of the grid', () => {
    const grid = { shown: 8, layout: 9 as const };
    expect(moveTo(2, 'right', grid)).toBe(2);
    expect(moveTo(3, 'left', grid)).toBe(3);
    expect(moveTo(1, 'down', grid)).toBe(4);
    expect(moveTo(5, 'down', grid)).toBe(5);
    expect(moveTo(1, 'up', grid)).toBe(1);
    expect(moveTo(4, 'up', grid)).toBe(1);
  });
});
