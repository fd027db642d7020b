import { randomBytes } from 'node:crypto';
import {
  type EventDetail,
  type EventOrigin,
  type EventType,
  type SafetyEvent,
  type Snapshot,
  uuidV7,
} from '@pingan/models/contract';
import { type Clock, timestamp } from '../base/clock.ts';

/** What a hop found out, before it is an event. */
export type EventDraft = {
  phase: SafetyEvent['phase'];
  type: EventType;
  severity: number;
  origin: EventOrigin;
  /** Tells alarms of the same type and origin apart, for example the rule's id. */
  discriminator: string;
  occurredAtMs: number;
  monotonicMs: number;
  detail: EventDetail;
  snapshot?: Snapshot;
  trial?: true;
};

export type AlarmBookOptions = {
  gatewayId: string;
  bootId: string;
  clock: Clock;
  clockTrust(): SafetyEvent['clock'];
};

const keyOf = ({ origin, type, discriminator }: Pick<EventDraft, 'origin' | 'type' | 'discriminator'>) =>
  JSON.stringify([origin.kind, origin.id, type, discriminator]);

/**
 * Makes events of drafts and joins those of one alarm: at most one is open per origin, type and discriminator.
 * Which alarms a power cut left open is for the outbox to say: only there it is one with the events themselves.
 */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  /** Ids of open alarms by origin, type and discriminator. */
  readonly #open = new Map<string, string>();

  constructor(options: AlarmBookOptions) {
    this.#options = options;
  }

  /** The events that clear what an earlier run left open. @param left the raising events of those alarms */
  clearing(left: readonly SafetyEvent[]): SafetyEvent[] {
    const { clock } = this.#options;
    return left.map(({ alarmId, type, severity, origin, trial }) => ({
      ...this.#stamp(clock.now(), clock.monotonic()),
      alarmId,
      phase: 'cleared',
      type,
      severity,
      origin,
      detail: {},
      ...(trial && { trial }),
    }));
  }

  /**
   * The event of a draft; null when it changes nothing (raising an alarm that is open already, clearing one that is not).
   * An update of an alarm that is not open raises it.
   */
  enter(draft: EventDraft): SafetyEvent | null {
    const key = keyOf(draft);
    const known = this.#open.get(key);
    if (draft.phase === 'cleared' ? !known : draft.phase === 'raised' && known) return null;
    const stamp = this.#stamp(draft.occurredAtMs, draft.monotonicMs);
    const alarmId = known ?? stamp.id;
    const { type, severity, origin, detail, snapshot, trial } = draft;
    if (draft.phase === 'cleared') this.#open.delete(key);
    else this.#open.set(key, alarmId);
    const phase = known || draft.phase === 'cleared' ? draft.phase : 'raised';
    const extras = { ...(snapshot && { snapshot }), ...(trial && { trial }) };
    return { ...stamp, alarmId, phase, type, severity, origin, detail, ...extras };
  }

  #stamp(atMs: number, monotonicMs: number) {
    const { gatewayId, bootId, clock, clockTrust } = this.#options;
    return {
      id: uuidV7(Math.max(0, Math.round(clock.now())), randomBytes(10)),
      gatewayId,
      bootId,
      occurredAt: timestamp(atMs),
      monotonicMs: Math.max(0, monotonicMs),
      clock: clockTrust(),
    };
  }
}
