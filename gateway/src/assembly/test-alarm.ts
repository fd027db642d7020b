import { EVENT_KINDS, type SafetyEvent } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import { type Sleep, sleep } from '../base/sleep.ts';
import { type RosterDevice, RosterError, type TestAlarm } from '../pipeline.ts';
import type { EventDraft } from './alarm-book.ts';

export type TestAlarmTools = {
  /** Keeps an event on disk; null when it changes nothing (a test of this camera is open already). */
  keep(draft: EventDraft): Promise<SafetyEvent | null>;
  /** Whether the event still waits for the centre's receipt. */
  isWaiting(eventId: string): boolean;
  clock: Clock;
  sleep?: Sleep;
};

const WAIT_MS = 10_000;
const LOOK_MS = 200;

/** Raises an alarm of the type `test-alarm` the way every alarm goes, waits for the centre's receipt, and clears it. */
export async function raiseTestAlarm(
  { id, code, name }: Pick<RosterDevice, 'id' | 'code' | 'name'>,
  { keep, isWaiting, clock, sleep: wait = sleep }: TestAlarmTools,
  signal?: AbortSignal,
): Promise<TestAlarm> {
  const draft = (phase: 'raised' | 'cleared'): EventDraft => ({
    phase,
    type: 'test-alarm',
    severity: EVENT_KINDS['test-alarm'].severity,
    origin: { kind: 'camera', id, code, name },
    discriminator: 'test',
    occurredAtMs: clock.now(),
    monotonicMs: clock.monotonic(),
    detail: {},
  });
  const event = await keep(draft('raised'));
  if (!event) throw new RosterError('busy', 'a test alarm of this camera is under way: wait a moment');
  try {
    for (let waited = 0; waited < WAIT_MS && isWaiting(event.id) && !signal?.aborted; waited += LOOK_MS)
      await wait(LOOK_MS, signal);
    return { eventId: event.id, receipted: !isWaiting(event.id) };
  } finally {
    await keep(draft('cleared'));
  }
}
