import { describe, expect, test } from 'vitest';
import { createSchedule } from '../../../gateway/src/rules/schedule.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('schedule', () => {
  test('is always armed without a schedule and without windows', () => {
    expect(createSchedule(undefined)(0)).toBe(true);
    expect(createSchedule({ timeZone: 'Asia/Shanghai', windows: [] })(0)).toBe(true);
  });

  test.each([
    ['2026-11-22T00:59:59Z', false],
    ['2026-11-22T01:00:00Z', true],
    ['2026-11-22T09:59:59Z', true],
    ['2026-11-22T10:00:00Z', false],
  ])('at %s a Sunday window 09:00–18:00 in Shanghai is armed: %s', (time, armed) => {
    const isArmed = createSchedule({
      timeZone: 'Asia/Shanghai',
      windows: [{ days: [7], from: '09:00', to: '18:00' }],
    });
    expect(isArmed(Date.parse(time))).toBe(armed);
  });

  test.each([
    ['2026-11-20T14:00:00Z', true, 'Friday 22:00'],
    ['2026-11-20T21:59:00Z', true, 'Saturday 05:59'],
    ['2026-11-20T22:00:00Z', false, 'Saturday 06:00'],
    ['2026-11-21T14:30:00Z', false, 'Saturday 22:30'],
    ['2026-11-19T20:00:00Z', false, 'Friday 04:00, which belongs to Thursday'],
  ])('at %s a Friday window over midnight is armed: %s (%s)', (time, armed) => {
    const isArmed = createSchedule({
      timeZone: 'Asia/Shanghai',
      windows: [{ days: [5], from: '22:00', to: '06:00' }],
    });
    expect(isArmed(Date.parse(time))).toBe(armed);
  });

  test('runs from Sunday into Monday', () => {
    const isArmed = createSchedule({ timeZone: 'UTC', windows: [{ days: [7], from: '23:00', to: '01:00' }] });
    expect(isArmed(Date.parse('2026-11-23T00:30:00Z'))).toBe(true);
    expect(isArmed(Date.parse('2026-11-24T00:30:00Z'))).toBe(false);
  });

  test('covers a whole day by 00:00–24:00', () => {
    const isArmed = createSchedule({ timeZone: 'UTC', windows: [{ days: [7], from: '00:00', to: '24:00' }] });
    expect(isArmed(Date.parse('2026-11-22T23:59:59Z'))).toBe(true);
    expect(isArmed(Date.parse('2026-11-23T00:00:00Z'))).toBe(false);
  });

  test('follows daylight saving', () => {
    const isArmed = createSchedule({
      timeZone: 'Europe/Berlin',
      windows: [{ days: everyDay, from: '08:00', to: '09:00' }],
    });
    expect(isArmed(Date.parse('2026-07-01T06:30:00Z'))).toBe(true);
    expect(isArmed(Date.parse('2026-12-01T06:30:00Z'))).toBe(false);
    expect(isArmed(Date.parse('2026-12-01T07:30:00Z'))).toBe(true);
  });

  test('refuses an unknown time zone and says what to give', () => {
    const windows = [{ days: everyDay, from: '08:00', to: '09:00' }];
    expect(() => createSchedule({ timeZone: 'Mars/Olympus', windows })).toThrow(
      /schedule\.timeZone "Mars\/Olympus".*Asia\/Shanghai/,
    );
  });
});
