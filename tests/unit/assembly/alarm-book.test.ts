import { randomUUID } from 'node:crypto';
import { decoderOf, SafetyEventSchema } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AlarmBook, type EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';

function memory() {
  const values = new Map<string, string>();
  return {
    get: (name: string) => values.get(name),
    set: (name: string, value: string) => {
      values.set(name, value);
    },
  };
}

function bookOn(values: ReturnType<typeof memory>): AlarmBook {
  return new AlarmBook({
    values,
    gatewayId: 'gw-test',
    bootId: randomUUID(),
    clock: { now: () => 1_700_000_000_000, monotonic: () => 5 },
    clockTrust: () => ({ trusted: false, offsetMs: null }),
  });
}

const draft = (phase: EventDraft['phase'], discriminator = 'night'): EventDraft => ({
  phase,
  type: 'zone-intrusion',
  severity: 2,
  origin: { kind: 'camera', id: 'cam-1', name: '北门' },
  discriminator,
  occurredAtMs: 1_700_000_000_000,
  monotonicMs: 5,
  detail: {},
});

describe('alarm book', () => {
  test('joins the events of one alarm by its id', () => {
    const book = bookOn(memory());
    const raised = book.enter(draft('raised'));
    const updated = book.enter(draft('updated'));
    const cleared = book.enter(draft('cleared'));
    expect(raised?.alarmId).toBe(raised?.id);
    expect(updated).toMatchObject({ phase: 'updated', alarmId: raised?.id });
    expect(cleared).toMatchObject({ phase: 'cleared', alarmId: raised?.id });
    expect(new Set([raised?.id, updated?.id, cleared?.id]).size).toBe(3);
    expect(decoderOf(SafetyEventSchema).check(raised)).toBe(true);
  });

  test('says nothing when nothing changes', () => {
    const book = bookOn(memory());
    expect(book.enter(draft('cleared'))).toBeNull();
    book.enter(draft('raised'));
    expect(book.enter(draft('raised'))).toBeNull();
    expect(book.enter(draft('raised', 'other'))).not.toBeNull();
  });

  test('clears after a restart what was left open, until that is on disk', () => {
    const values = memory();
    const raised = bookOn(values).enter(draft('raised'));
    expect(bookOn(values).recover()).toMatchObject([{ phase: 'cleared', alarmId: raised?.id }]);
    const book = bookOn(values);
    expect(book.recover()).toHaveLength(1);
    book.recovered();
    expect(bookOn(values).recover()).toEqual([]);
  });

  test('starts empty when what was stored cannot be read', () => {
    const values = memory();
    values.set('open-alarms', '{"x":1}');
    expect(bookOn(values).recover()).toEqual([]);
  });

  test('has at most one open alarm per origin, type and discriminator, whatever comes', () => {
    const phases = fc.array(
      fc.tuple(
        fc.constantFrom<EventDraft['phase']>('raised', 'updated', 'cleared'),
        fc.constantFrom('a', 'b'),
      ),
    );
    fc.assert(
      fc.property(phases, (script) => {
        const book = bookOn(memory());
        const open = new Map<string, string>();
        for (const [phase, discriminator] of script) {
          const event = book.enter(draft(phase, discriminator));
          if (event?.phase === 'raised') {
            expect(open.has(discriminator)).toBe(false);
            open.set(discriminator, event.alarmId);
          } else if (event) expect(event.alarmId).toBe(open.get(discriminator));
          if (event?.phase === 'cleared') open.delete(discriminator);
        }
      }),
    );
  });
});
