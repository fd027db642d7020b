import type { ZoneIntrusionRule } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import type { Track } from '../../../gateway/src/pipeline.ts';
import { createRuleEngine, type RuleEngine } from '../../../gateway/src/rules/index.ts';
import { at, camera, NOON_MS, outside, person, zoneRule } from './builders.ts';

const engineOf = (changes: Partial<ZoneIntrusionRule> = {}): RuleEngine =>
  createRuleEngine({ camera, rules: [zoneRule(changes)] });

type Span = { from: number; to: number; fps?: number; wallMs?: number };

/** Shows the same tracks from `from` to before `to` (seconds); gives what happened as `kind@second`. */
function show(engine: RuleEngine, tracks: readonly Track[], { from, to, fps = 5, wallMs }: Span): string[] {
  const count = Math.round((to - from) * fps);
  return Array.from({ length: count }, (_, index) => from + index / fps).flatMap((second) =>
    engine.update(tracks, at(second, wallMs)).map(({ kind }) => `${kind}@${second.toFixed(1)}`),
  );
}

describe('zone intrusion', () => {
  test('is raised once after the dwell time, refreshed while it lasts, cleared after nobody is inside', () => {
    const engine = engineOf();
    expect(show(engine, [person()], { from: 0, to: 40 })).toEqual(['raised@2.0', 'updated@32.0']);
    expect(show(engine, [], { from: 40, to: 60 })).toEqual(['cleared@42.8']);
  });

  test('tells rule, zone, track and dwell time', () => {
    const engine = engineOf({ severity: 1 });
    show(engine, [person()], { from: 0, to: 2 });
    expect(engine.update([person()], at(2))).toEqual([
      {
        kind: 'raised',
        type: 'zone-intrusion',
        severity: 1,
        ruleId: 'rule-1',
        detail: {
          rule: { id: 'rule-1', kind: 'zone-intrusion' },
          zone: zoneRule().zone,
          track: { id: 1, label: 'person', confidence: 0.8, box: person().box, dwellSeconds: 2 },
        },
      },
    ]);
  });

  test('does not mind somebody who only passes', () => {
    const engine = engineOf();
    expect(show(engine, [person()], { from: 0, to: 1.8 })).toEqual([]);
    expect(show(engine, [person(outside)], { from: 1.8, to: 10 })).toEqual([]);
  });

  test('bears a gap of half a second but starts anew after a longer one', () => {
    const short = engineOf();
    show(short, [person()], { from: 0, to: 1 });
    show(short, [person([0.5, 0.9])], { from: 1, to: 1.4 });
    expect(show(short, [person()], { from: 1.4, to: 3 })).toEqual(['raised@2.0']);

    const long = engineOf();
    show(long, [person()], { from: 0, to: 1 });
    show(long, [], { from: 1, to: 2 });
    expect(show(long, [person()], { from: 2, to: 5 })).toEqual(['raised@4.0']);
  });

  test('starts anew after a time without any look', () => {
    const engine = engineOf();
    engine.update([person()], at(0));
    expect(engine.update([person()], at(30))).toEqual([]);
    expect(engine.update([person()], at(31))).toEqual([]);
    expect(engine.update([person()], at(32))).toHaveLength(1);
  });

  test('keeps a foot point that jitters over the outline', () => {
    const engine = engineOf({ clearSeconds: 0 });
    const events = Array.from({ length: 40 }, (_, index) =>
      engine.update([person([0.5, index % 2 === 0 ? 0.69 : 0.715])], at(index / 5)),
    );
    expect(events.flat().map(({ kind }) => kind)).toEqual(['raised']);
  });

  test('does not count a foot point within the margin as entering', () => {
    expect(show(engineOf(), [person([0.5, 0.715])], { from: 0, to: 10 })).toEqual([]);
  });

  test.each<[string, Partial<Track>]>([
    ['of another label', { label: 'dog' }],
    ['with too little confidence', { confidence: 0.49 }],
    ['too small', { box: [0.48, 0.46, 0.02, 0.04] }],
    ['not yet confirmed', { state: 'tentative' }],
    ['only remembered', { state: 'lost' }],
  ])('does not count a track %s', (_, changes) => {
    expect(show(engineOf(), [person(undefined, changes)], { from: 0, to: 10 })).toEqual([]);
  });

  test('has one alarm for several people and names the one who stayed longest', () => {
    const engine = engineOf();
    show(engine, [person(undefined, { id: 7 })], { from: 0, to: 1 });
    const two = [person(undefined, { id: 3 }), person(undefined, { id: 7 })];
    expect(show(engine, two, { from: 1, to: 2 })).toEqual([]);
    expect(engine.update(two, at(2))).toMatchObject([{ kind: 'raised', detail: { track: { id: 7 } } }]);
    expect(show(engine, two, { from: 2.2, to: 20 })).toEqual([]);
  });

  test('stays active while people take turns', () => {
    const engine = engineOf();
    show(engine, [person(undefined, { id: 1 })], { from: 0, to: 4 });
    expect(show(engine, [], { from: 4, to: 6 })).toEqual([]);
    expect(show(engine, [person(undefined, { id: 2 })], { from: 6, to: 10 })).toEqual([]);
  });

  test('keeps quiet for the cooldown and is raised again after it', () => {
    const engine = engineOf();
    show(engine, [person()], { from: 0, to: 3 });
    expect(show(engine, [], { from: 3, to: 7 })).toEqual(['cleared@5.8']);
    expect(show(engine, [person()], { from: 7, to: 20 })).toEqual(['raised@15.8']);
  });

  test('is raised at the first look with no dwell time and cleared at the first empty one with no clear time', () => {
    const engine = engineOf({ dwellSeconds: 0, clearSeconds: 0, cooldownSeconds: 0 });
    expect(show(engine, [person()], { from: 0, to: 1 })).toEqual(['raised@0.0']);
    expect(show(engine, [], { from: 1, to: 2 })).toEqual(['cleared@1.0']);
    expect(show(engine, [person(undefined, { id: 2 })], { from: 2, to: 3 })).toEqual(['raised@2.0']);
  });

  test('clears an alarm at the end of its window and counts dwell time only while armed', () => {
    const schedule = {
      timeZone: 'Asia/Shanghai',
      windows: [{ days: [7], from: '12:01', to: '12:02' }],
    };
    const engine = engineOf({ schedule });
    const events = show(engine, [person()], { from: 0, to: 180, fps: 1 });
    expect(events).toEqual(['raised@62.0', 'updated@92.0', 'cleared@120.0']);
  });

  test('says why an alarm was cleared', () => {
    const schedule = { timeZone: 'UTC', windows: [{ days: [7], from: '04:00', to: '05:00' }] };
    const engine = engineOf({ schedule });
    show(engine, [person()], { from: 0, to: 3 });
    expect(engine.update([], at(3, NOON_MS + 3_600_000))).toMatchObject([
      { kind: 'cleared', cause: 'disarmed', detail: { track: { id: 1 } } },
    ]);
  });

  test('does not depend on wall time for durations', () => {
    const engine = engineOf();
    engine.update([person()], { monotonicMs: 0, capturedAtMs: NOON_MS });
    engine.update([person()], { monotonicMs: 1000, capturedAtMs: 0 });
    expect(engine.update([person()], { monotonicMs: 2000, capturedAtMs: NOON_MS })).toHaveLength(1);
  });
});
