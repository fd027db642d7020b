import { describe, expect, test } from 'vitest';
import { normaliseCode } from '../../../gateway/src/console/access/pairing-code.ts';
import { Throttle } from '../../../gateway/src/console/access/throttle.ts';

test('a code is read as it was meant', () => {
  expect(normaliseCode(' k7qm-3xwd ')).toBe('K7QM3XWD');
  expect(normaliseCode('oOiIlLuU')).toBe('001111VV');
});

describe('a throttle', () => {
  const options = { perAddress: 2, overall: 5, windowMs: 1000 };

  test('counts each address by itself and forgets with its window', () => {
    const throttle = new Throttle(options);
    expect([throttle.take('a', 0), throttle.take('a', 100), throttle.take('a', 200)]).toEqual([
      null,
      null,
      800,
    ]);
    expect(throttle.take('b', 300)).toBeNull();
    expect(throttle.take('a', 1000)).toBeNull();
  });

  test('counts all of them together, so that many addresses gain nothing', () => {
    const throttle = new Throttle(options);
    const taken = Array.from({ length: 8 }, (_, index) => throttle.take(`address ${index}`, 0));
    expect(taken.filter((waitMs) => waitMs === null)).toHaveLength(5);
  });
});
