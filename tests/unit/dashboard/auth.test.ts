import { describe, expect, test } from 'vitest';
import { chainHash, findBrokenLink, GENESIS } from '../../../dashboard/server/src/audit/chain.ts';
import { hashPassword, verifyPassword } from '../../../dashboard/server/src/auth/passwords.ts';
import { isAllowed, ROLES } from '../../../dashboard/server/src/auth/permissions.ts';
import { Throttle } from '../../../dashboard/server/src/auth/throttle.ts';
import { isOwnOrigin } from '../../../dashboard/server/src/base/origin.ts';
import { SAMPLE_AREAS } from '../../../dashboard/server/src/registry/sample-areas.ts';
import { factsByArea } from '../../../dashboard/server/src/reports/area-facts.ts';

describe('passwords', () => {
  test('fit their own hash only, and no hash at all fits none', async () => {
    const hash = await hashPassword('口令 correct');
    expect(await verifyPassword('口令 correct', hash)).toBe(true);
    expect(await verifyPassword('口令 Correct', hash)).toBe(false);
    expect(await verifyPassword('anything', undefined)).toBe(false);
    expect(await hashPassword('口令 correct')).not.toBe(hash);
  });
});

describe('roles', () => {
  test('a viewer only reads, nobody but the administrator configures', () => {
    expect(ROLES.filter((role) => isAllowed(role, 'read'))).toEqual([...ROLES]);
    expect(ROLES.filter((role) => isAllowed(role, 'dispose'))).toEqual(['admin', 'operator']);
    expect(ROLES.filter((role) => isAllowed(role, 'configure'))).toEqual(['admin']);
    expect(ROLES.filter((role) => isAllowed(role, 'analyse'))).toEqual(['admin', 'analyst']);
    expect(ROLES.filter((role) => isAllowed(role, 'approve'))).toEqual(['admin', 'analyst']);
  });
});

describe('the throttle', () => {
  test('blocks after the limit and lets go when the window has passed', () => {
    let now = 0;
    const throttle = new Throttle({ limit: 2, windowMs: 100, now: () => now });
    throttle.fail('__proto__');
    expect(throttle.isBlocked('__proto__')).toBe(false);
    throttle.fail('__proto__');
    expect(throttle.isBlocked('__proto__')).toBe(true);
    expect(throttle.isBlocked('other')).toBe(false);
    now = 101;
    expect(throttle.isBlocked('__proto__')).toBe(false);
  });
});

describe('the origin of a request', () => {
  test.each([
    [undefined, true],
    ['http://duty:8080', true],
    ['https://duty:8080', true],
    ['https://public.example', true],
    ['https://evil.example', false],
    ['null', false],
    ['http://duty:8080.evil.example', false],
  ])('%s → %s', (origin, expected) => {
    expect(isOwnOrigin({ origin, host: 'duty:8080' }, 'https://public.example')).toBe(expected);
  });
});

describe('the audit chain', () => {
  const rows = () => {
    let previousHash: Uint8Array = GENESIS;
    return ['a', 'b', 'c'].map((action, i) => {
      const entry = { at: new Date(i), actor: 'x', action, target: 't', detail: '' };
      const hash = chainHash(previousHash, i + 1, entry);
      const row = { ...entry, id: i + 1, previousHash, hash };
      previousHash = hash;
      return row;
    });
  };

  test('finds an edit, a deletion, a swap, and nothing where nothing was done', () => {
    const [a, b, c] = rows();
    if (!a || !b || !c) throw new Error('three rows');
    expect(findBrokenLink([a, b, c])).toBeNull();
    expect(findBrokenLink([a, { ...b, actor: 'y' }, c])).toBe(2);
    expect(findBrokenLink([a, c])).toBe(3);
    expect(findBrokenLink([a, c, b])).toBe(3);
  });
});

describe('the facts of the index', () => {
  const camera = { areaCode: 'g', isConnected: true, good: 80, poor: 20, streaming: 0, down: 100 };

  test('count seconds of cameras that were observed long enough', () => {
    const barely = { areaCode: 'g', isConnected: false, good: 5, poor: 0, streaming: 0, down: 0 };
    expect(factsByArea([camera, barely], [{ areaCode: 'g', raised: 4, disposed: 3 }], 30)['g']).toEqual({
      'connected-rate': { numerator: 1, denominator: 2, coverage: 1 },
      'online-rate': { numerator: 100, denominator: 200, coverage: 0.5 },
      'picture-rate': { numerator: 80, denominator: 100, coverage: 0.5 },
      'disposal-rate': { numerator: 3, denominator: 4, coverage: 1 },
    });
  });

  test('of pictures nobody judged have no coverage', () => {
    const unjudged = { ...camera, good: 0, poor: 0, streaming: 100 };
    expect(factsByArea([unjudged], [], 30)['g']?.['picture-rate']).toEqual({
      numerator: 0,
      denominator: 0,
      coverage: 0,
    });
  });
});

test('the sample areas are one district, two streets, four communities and eight grids, all labelled', () => {
  const count = (level: string) => SAMPLE_AREAS.filter((area) => area.level === level).length;
  expect(['district', 'street', 'community', 'grid'].map(count)).toEqual([1, 2, 4, 8]);
  expect(SAMPLE_AREAS.every(({ sample }) => sample)).toBe(true);
  expect(new Set(SAMPLE_AREAS.map(({ code }) => code)).size).toBe(15);
});
