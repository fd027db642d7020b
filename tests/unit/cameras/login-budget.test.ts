import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoginBudget, type RefusedLogin } from '../../../gateway/src/cameras/vault/login-budget.ts';

const HOUR_MS = 3_600_000;

function bench() {
  const time = { nowMs: 1_000_000_000 };
  let refusals: RefusedLogin[] = [];
  const budget = new LoginBudget(
    {
      refusals: () => refusals,
      addRefusal: (_, refusal) => void refusals.push(refusal),
      clearRefusals: (_, door) => {
        refusals = refusals.filter((one) => door !== undefined && one.door !== door);
      },
    },
    () => time.nowMs,
  );
  return { budget, time };
}

describe('the login budget', () => {
  test('keeps any mixture of automatic tries under the five that lock an account, whatever the time', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
      set: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      door: fc.constantFrom('onvif' as const, 'rtsp' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { budget, time } = bench();
        let refused = 0;
        for (const { waitMs, set, door } of steps) {
          time.nowMs += waitMs;
          if (!budget.allows('cam', set, false).allowed) continue;
          budget.refused('cam', door, set);
          refused += 1;
        }
        expect(refused).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('lets a person try new logins at once, but never more than three refusals in any hour', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: HOUR_MS }), { maxLength: 100 }), (waits) => {
        const { budget, time } = bench();
        const refusedAt: number[] = [];
        waits.forEach((waitMs, index) => {
          time.nowMs += waitMs;
          if (!budget.allows('cam', `typed-${index}`, true).allowed) return;
          budget.refused('cam', 'onvif', `typed-${index}`);
          refusedAt.push(time.nowMs);
        });
        for (const at of refusedAt)
          expect(refusedAt.filter((other) => other <= at && at - other < HOUR_MS).length).toBeLessThanOrEqual(
            3,
          );
      }),
    );
  });

  test('says when the next try may be', () => {
    const { budget, time } = bench();
    budget.refused('cam', 'onvif', 'a');
    expect(budget.allows('cam', 'a', false)).toEqual({ allowed: false, untilMs: time.nowMs + HOUR_MS });
    time.nowMs += HOUR_MS;
    expect(budget.allows('cam', 'a', false)).toEqual({ allowed: true });
  });

  test('gives a stream’s login one second chance after a minute, and no third within the hour', () => {
    const { budget, time } = bench();
    budget.refused('cam', 'rtsp', 'a');
    expect(budget.allows('cam', 'a', false).allowed).toBe(false);
    time.nowMs += 60_000;
    expect(budget.allows('cam', 'a', false).allowed).toBe(true);
    budget.refused('cam', 'rtsp', 'a');
    time.nowMs += 60_000;
    expect(budget.allows('cam', 'a', false).allowed).toBe(false);
  });

  test('begins anew once the device lets us in, at the door where it did', () => {
    const { budget } = bench();
    budget.refused('cam', 'onvif', 'a');
    budget.refused('cam', 'rtsp', 'b');
    budget.granted('cam', 'onvif');
    expect([...budget.refusedSets('cam')]).toEqual(['b']);
  });

  test('does not hold a camera back for years when the clock was set back', () => {
    const { budget, time } = bench();
    budget.refused('cam', 'onvif', 'a');
    time.nowMs -= 1000 * HOUR_MS;
    expect(budget.allows('cam', 'a', false)).toEqual({ allowed: false, untilMs: time.nowMs + HOUR_MS });
  });
});
