import { describe, expect, test } from 'vitest';
import { bandOf, countConsecutiveAlerts, nextBand } from '../../../dashboard/server/src/index/index.ts';

const bands = [
  { code: 'red', name: '红', colour: '#ff0000', from: 0, alert: true },
  { code: 'amber', name: '黄', colour: '#ffff00', from: 60 },
  { code: 'green', name: '绿', colour: '#00ff00', from: 80 },
];

describe('bands', () => {
  test.each([
    [80, 'green'],
    [79.999, 'amber'],
    [0, 'red'],
    [-5, 'red'],
  ])('put a score of %f in %s', (score, code) => {
    expect(bandOf(score, bands)?.code).toBe(code);
  });

  test('have no place for a missing score', () => {
    expect(bandOf(Number.NaN, bands)).toBeNull();
    expect(bandOf(50, [])).toBeNull();
  });

  test.each<[string | null, number, string]>([
    ['amber', 81, 'amber'],
    ['amber', 82, 'green'],
    ['amber', 59, 'amber'],
    ['amber', 57.9, 'red'],
    ['red', 95, 'green'],
    ['green', 10, 'red'],
    ['green', 90, 'green'],
    [null, 81, 'green'],
    ['unknown', 81, 'green'],
  ])('with a margin of 2 turn %s at %f into %s', (previous, score, code) => {
    expect(nextBand(previous, score, { bands, margin: 2 })?.code).toBe(code);
  });

  test('with hysteresis still have no place for a missing score', () => {
    expect(nextBand('red', Number.NaN, { bands, margin: 2 })).toBeNull();
  });

  test('count the latest alerts in a row, and a period without data neither adds nor ends it', () => {
    expect(countConsecutiveAlerts(['red', 'green', 'red', null, 'red'], bands)).toBe(2);
    expect(countConsecutiveAlerts(['red', 'amber'], bands)).toBe(0);
    expect(countConsecutiveAlerts(['red', 'red', null], bands)).toBe(2);
    expect(countConsecutiveAlerts([], bands)).toBe(0);
  });
});
