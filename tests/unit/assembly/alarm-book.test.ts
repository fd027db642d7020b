import { randomUUID } from 'node:crypto';
import { decoderOf, SafetyEventSchema } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AlarmBook, type EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';

function aBook(): AlarmBook {
  return new AlarmBook({
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
    const book = aBook();
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
    const book = aBook();
    expect(book.enter(draft('cleared'))).toBeNull();
    book.enter(draft('raised'));
    expect(book.enter(draft('raised'))).toBeNull();
    expect(book.enter(draft('raised', 'other'))).not.toBeNull();
  });

  test('makes the events that clear what an earlier run left open', () => {
    const raised = aBook().enter(draft('raised'));
    const [cleared, ...rest] = aBook().clearing(raised ? [raised] : []);
    expect(rest).toEqual([]);
    expect(cleared).toMatchObject({
      phase: 'cleared',
      alarmId: raised?.id,
      type: 'zone-intrusion',
      severity: 2,
    });
    expect(cleared?.id).not.toBe(raised?.id);
    expect(decoderOf(SafetyEventSchema).check(cleared)).toBe(true);
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
        const book = aBook();
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
