import { randomBytes } from 'node:crypto';
import {
  ContractError,
  decoderOf,
  type EventDetail,
  type EventOrigin,
  EventOriginSchema,
  type EventType,
  EventTypeSchema,
  type SafetyEvent,
  type Snapshot,
  UuidSchema,
  uuidV7,
} from '@pingan/models/contract';
import { Type } from 'typebox';
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
};

/** Keeps a few values by name on disk. */
export type DurableValues = { get(name: string): string | undefined; set(name: string, value: string): void };

export type AlarmBookOptions = {
  values: DurableValues;
  gatewayId: string;
  bootId: string;
  clock: Clock;
  clockTrust(): SafetyEvent['clock'];
};

const OpenAlarmSchema = Type.Object({
  alarmId: UuidSchema,
  type: EventTypeSchema,
  severity: Type.Integer({ minimum: 1, maximum: 4 }),
  origin: EventOriginSchema,
});
type OpenAlarm = { alarmId: string; type: EventType; severity: number; origin: EventOrigin };
const openAlarms = decoderOf(Type.Record(Type.String(), OpenAlarmSchema));

const STORED_AS = 'open-alarms';
const keyOf = ({ origin, type, discriminator }: Pick<EventDraft, 'origin' | 'type' | 'discriminator'>) =>
  JSON.stringify([origin.kind, origin.id, type, discriminator]);

/**
 * Makes events of drafts and joins those of one alarm: at most one is open per origin, type and discriminator.
 * Open alarms are on disk, so that those a power cut left open are cleared at the next start.
 */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  #open = new Map<string, OpenAlarm>();

  constructor(options: AlarmBookOptions) {
    this.#options = options;
  }

  /** Reads what an earlier run left open and returns the events that clear it. Call once, before any draft. */
  recover(): SafetyEvent[] {
    const { values, clock } = this.#options;
    let left: Record<string, OpenAlarm> = {};
    try {
      left = openAlarms.decode(values.get(STORED_AS) ?? '{}');
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
    }
    this.#open = new Map();
    return Object.values(left).map((alarm) => ({
      ...this.#stamp(clock.now(), clock.monotonic()),
      alarmId: alarm.alarmId,
      phase: 'cleared',
      type: alarm.type,
      severity: alarm.severity,
      origin: alarm.origin,
      detail: {},
    }));
  }

  /** The events of `recover` are on disk: forget the alarms they clear. */
  recovered(): void {
    this.#save();
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
    const alarmId = known?.alarmId ?? stamp.id;
    const { type, severity, origin, detail, snapshot } = draft;
    if (draft.phase === 'cleared') this.#open.delete(key);
    else this.#open.set(key, { alarmId, type, severity, origin });
    if (draft.phase !== 'updated' || !known) this.#save();
    const phase = known || draft.phase === 'cleared' ? draft.phase : 'raised';
    return { ...stamp, alarmId, phase, type, severity, origin, detail, ...(snapshot ? { snapshot } : {}) };
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

  #save(): void {
    this.#options.values.set(STORED_AS, JSON.stringify(Object.fromEntries(this.#open)));
  }
}
