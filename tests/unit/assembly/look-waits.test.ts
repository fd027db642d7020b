import { expect, test } from 'vitest';
import { LookWaits } from '../../../gateway/src/assembly/look-waits.ts';

test('the wait is counted from the first picture given up to the next look', () => {
  const waits = new LookWaits();
  waits.end(0);
  waits.begin(1000);
  waits.begin(1400);
  expect(waits.longestMs()).toBe(400);
  waits.end(1600);
  expect(waits.longestMs()).toBe(600);
  waits.begin(2000);
  waits.end(2100);
  expect(waits.longestMs()).toBe(600);
});

test('what lies more than a minute back is forgotten', () => {
  const waits = new LookWaits();
  waits.begin(0);
  waits.end(5000);
  waits.end(35_000);
  expect(waits.longestMs()).toBe(5000);
  waits.end(70_000);
  expect(waits.longestMs()).toBe(0);
});
