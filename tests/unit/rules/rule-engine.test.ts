import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Track } from '../../../gateway/src/pipeline.ts';
import { createRuleEngine, type RuleOutcome } from '../../../gateway/src/rules/index.ts';
import { createSchedule } from '../../../gateway/src/rules/schedule.ts';
import { at, camera, NOON_MS, outside, person, zoneRule } from './builders.ts';

const longStay = Array.from({ length: 5 }, (_, second) => at(second));

describe('rule engine', () => {
  test.each([
    [['camera-1'], 1],
    [['44030600001320000001'], 1],
    [['*'], 1],
    [['camera-2', '44030600001320000002'], 0],
  ])('rules for %j apply to this camera: %i', (cameras, alarms) => {
    const engine = createRuleEngine({ camera, rules: [zoneRule({ cameras })] });
    expect(longStay.flatMap((moment) => engine.update([person()], moment))).toHaveLength(alarms);
  });

  test('says whether a rule is armed: one that names the camera, while its schedule runs', () => {
    const schedule = { timeZone: 'UTC', windows: [{ days: [4], from: '08:00', to: '09:00' }] };
    const isArmed = (cameras: string[], atMs: number) =>
      createRuleEngine({ camera, rules: [zoneRule({ cameras, schedule })] }).isArmed(atMs);
    /** 1970-01-01 was a Thursday. */
    const halfPastEightMs = 8.5 * 3_600_000;
    expect(isArmed(['camera-1'], 0)).toBe(false);
    expect(isArmed(['camera-1'], halfPastEightMs)).toBe(true);
    expect(isArmed(['camera-2'], halfPastEightMs)).toBe(false);
  });

  test('names the rule and the field that cannot work', () => {
    const schedule = { timeZone: 'Nowhere', windows: [{ days: [1], from: '00:00', to: '01:00' }] };
    expect(() => createRuleEngine({ camera, rules: [zoneRule({ id: 'gate', schedule })] })).toThrow(
      /rule "gate": schedule\.timeZone "Nowhere"/,
    );
  });

  test('refuses two rules with one id', () => {
    expect(() => createRuleEngine({ camera, rules: [zoneRule(), zoneRule()] })).toThrow(/"rule-1".*twice/);
  });

  test('clears the alarms of changed and removed rules and leaves unchanged ones alone', () => {
    const rules = ['same', 'changed', 'gone'].map((id) => zoneRule({ id }));
    const engine = createRuleEngine({ camera, rules });
    for (const moment of longStay) engine.update([person()], moment);
    const cleared = engine.replace(
      [zoneRule({ id: 'same' }), zoneRule({ id: 'changed', dwellSeconds: 1 })],
      at(5),
    );
    expect(cleared.map(({ ruleId, kind, cause }) => [ruleId, kind, cause])).toEqual([
      ['changed', 'cleared', 'rule-changed'],
      ['gone', 'cleared', 'rule-changed'],
    ]);
    expect(engine.update([person()], at(6))).toEqual([]);
    expect(engine.update([person()], at(7)).map(({ ruleId }) => ruleId)).toEqual(['changed']);
  });

  test('keeps its rules when the new ones cannot work', () => {
    const engine = createRuleEngine({ camera, rules: [zoneRule()] });
    expect(() => engine.replace([zoneRule({ id: 'a' }), zoneRule({ id: 'a' })], at(0))).toThrow(/twice/);
    expect(longStay.flatMap((moment) => engine.update([person()], moment))).toHaveLength(1);
  });

  test('clears everything at its end and then does nothing', () => {
    const engine = createRuleEngine({ camera, rules: [zoneRule()] });
    for (const moment of longStay) engine.update([person()], moment);
    expect(engine.end(at(5))).toMatchObject([{ kind: 'cleared' }]);
    expect(engine.end(at(6))).toEqual([]);
    expect(engine.update([person()], at(9))).toEqual([]);
  });
});

/** A life of up to three people: stretches of two to nine seconds in which some of them are inside. */
const life = fc.array(
  fc.record({
    seconds: fc.integer({ min: 2, max: 9 }),
    inside: fc.subarray([1, 2, 3]),
    seen: fc.subarray([1, 2, 3]),
  }),
  { minLength: 1, maxLength: 12 },
);
type Life = { seconds: number; inside: number[]; seen: number[] }[];

const tracksOf = ({ inside, seen }: Life[number]): Track[] =>
  seen.map((id) => person(inside.includes(id) ? [0.5, 0.5] : outside, { id }));

/** Lives through it at a picture rate; gives outcomes with their second. */
function live(stretches: Life, fps: number, rules = [zoneRule({ dwellSeconds: 1.5, clearSeconds: 1.5 })]) {
  const engine = createRuleEngine({ camera, rules });
  const happened: (RuleOutcome & { second: number })[] = [];
  let start = 0;
  for (const stretch of stretches) {
    for (let look = 0; look < stretch.seconds * fps; look++) {
      const second = start + look / fps;
      for (const outcome of engine.update(tracksOf(stretch), at(second)))
        happened.push({ ...outcome, second });
    }
    start += stretch.seconds;
  }
  return happened;
}

describe('rule engine, for any life', () => {
  test('a rule has at most one active alarm and clears only what was raised', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(2, 5, 10), (stretches, fps) => {
        const active = new Set<string>();
        const rules = [zoneRule({ id: 'a', dwellSeconds: 1 }), zoneRule({ id: 'b', cooldownSeconds: 0 })];
        for (const { kind, ruleId } of live(stretches, fps, rules)) {
          expect(active.has(ruleId)).toBe(kind !== 'raised');
          if (kind === 'raised') active.add(ruleId);
          if (kind === 'cleared') active.delete(ruleId);
        }
      }),
    );
  });

  test('nothing is raised or refreshed while disarmed', () => {
    const schedule = {
      timeZone: 'Asia/Shanghai',
      windows: [
        { days: [7], from: '12:00', to: '12:01' },
        { days: [7], from: '12:02', to: '12:03' },
      ],
    };
    const isArmed = createSchedule(schedule);
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: 150 }), (stretches, delay) => {
        const engine = createRuleEngine({ camera, rules: [zoneRule({ schedule, dwellSeconds: 1 })] });
        let second = delay;
        for (const stretch of stretches) {
          for (const until = second + stretch.seconds; second < until; second += 0.25) {
            for (const { kind } of engine.update(tracksOf(stretch), at(second)))
              if (kind !== 'cleared') expect(isArmed(NOON_MS + second * 1000)).toBe(true);
          }
        }
      }),
    );
  });

  test('half the pictures change no verdict, only its moment by less than a second', () => {
    fc.assert(
      fc.property(life, (stretches) => {
        const rules = [zoneRule({ dwellSeconds: 1.5, clearSeconds: 1.5, cooldownSeconds: 0 })];
        const full = live(stretches, 10, rules);
        const half = live(stretches, 5, rules);
        expect(half.map(({ kind, ruleId }) => [kind, ruleId])).toEqual(
          full.map(({ kind, ruleId }) => [kind, ruleId]),
        );
        for (const [index, { second }] of half.entries())
          expect(Math.abs(second - (full[index]?.second ?? Number.NaN))).toBeLessThan(1);
      }),
    );
  });
});
