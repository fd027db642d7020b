import { expect, test } from 'vitest';
import { localTime, timestamp } from '../../../gateway/src/base/clock.ts';

test('local time says its zone and means the same instant', () => {
  const at = Date.UTC(2026, 10, 22, 8, 5, 9);
  const text = localTime(at);
  expect(text).toMatch(/^2026-11-2[123] \d{2}:\d{2}:09 [+-]\d{2}:\d{2}$/);
  expect(Date.parse(text.replace(' ', 'T').replace(' ', ''))).toBe(at);
});

test('a timestamp out of range is clamped, never thrown about', () => {
  expect(timestamp(-5)).toBe('1970-01-01T00:00:00.000Z');
  expect(timestamp(1e18)).toBe('9999-12-31T23:59:59.000Z');
});
