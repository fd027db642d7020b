import type { EventType, SensorReading } from '@pingan/models/contract';
import { timestamp } from '../../base/clock.ts';
import type { SensorMessage, SensorOutcome } from '../sensor-protocol.ts';
import type { EntityConfig } from './entity-config.ts';
import { parseTemplate, type ReadValue } from './value-template.ts';

/** Wall time for people, monotonic time for durations, both ms. */
export type Instant = { wallMs: number; monotonicMs: number };

export type EntityIdentity = { sensorId: string; code: string };

type Availability = {
  topic: string;
  read: ReadValue;
  available: string;
  notAvailable: string;
  value: boolean | null;
};

const PROTOCOL = 'home-assistant';

/**
 * One announced sensor: its last state, whether it is there, and the alarms it has raised. Alarms are made of changes alone:
 * a state said twice, or told again by the broker after a reconnection, changes nothing.
 */
export class Entity {
  readonly config: EntityConfig;
  #identity: EntityIdentity;
  #offlineSeconds: number;
  #readState: ReadValue;
  #availability: Availability[];
  #latest: boolean | null = null;
  #value: SensorReading['value'] = null;
  #stateAt: Instant | null = null;
  #silentSinceMs: number;
  #unavailableSinceMs: number;
  #raised = new Set<EventType>();

  constructor(
    identity: EntityIdentity,
    config: EntityConfig,
    options: { offlineSeconds: number; now: Instant },
  ) {
    this.config = config;
    this.#identity = identity;
    this.#offlineSeconds = options.offlineSeconds;
    this.#readState = parseTemplate(config.template);
    this.#availability = config.availability.map(({ template, ...entry }) => ({
      ...entry,
      read: parseTemplate(template),
      value: null,
    }));
    this.#silentSinceMs = options.now.monotonicMs;
    this.#unavailableSinceMs = options.now.monotonicMs;
  }

  get topics(): string[] {
    return [...new Set([this.config.stateTopic, ...this.#availability.map(({ topic }) => topic)])];
  }

  reading(nowMs: number): SensorReading {
    return {
      ...this.#identity,
      name: this.config.name,
      kind: this.config.meaning.kind,
      protocol: PROTOCOL,
      available: this.#isAvailable(nowMs),
      at: this.#stateAt && timestamp(this.#stateAt.wallMs),
      value: this.#value,
    };
  }

  /** Takes a message on one of its topics. `understood` is false when nothing could be read from it. */
  take(
    message: Omit<SensorMessage, 'payload'>,
    payload: string,
    now: Instant,
  ): { understood: boolean; outcomes: SensorOutcome[] } {
    let understood = false;
    this.#notePresence(now.monotonicMs);
    if (message.topic === this.config.stateTopic)
      understood = this.#takeState(payload, message.retained, now);
    for (const entry of this.#availability) {
      if (entry.topic === message.topic && this.#takeAvailability(entry, payload)) understood = true;
    }
    return { understood, outcomes: this.check(now) };
  }

  /** What time and the last messages made happen. */
  check(now: Instant): SensorOutcome[] {
    const { offDelaySeconds, meaning } = this.config;
    const isOver =
      offDelaySeconds !== null &&
      this.#stateAt !== null &&
      now.monotonicMs - this.#stateAt.monotonicMs >= offDelaySeconds * 1000;
    if (isOver && this.#value?.kind === 'binary') this.#value = { kind: 'binary', active: false };
    const isOffline =
      !this.#notePresence(now.monotonicMs) &&
      now.monotonicMs - this.#unavailableSinceMs >= this.#offlineSeconds * 1000;
    const outcomes = this.#turn('sensor-offline', isOffline, now);
    if (meaning.event && this.#value?.kind === 'binary')
      outcomes.push(...this.#turn(meaning.event, this.#value.active, now));
    return outcomes;
  }

  /** After our own connection was away: silence until now says nothing about a sensor that was there before. */
  resume(nowMs: number): void {
    if (this.#raised.has('sensor-offline')) return;
    this.#silentSinceMs = nowMs;
    this.#unavailableSinceMs = nowMs;
  }

  /** The sensor is withdrawn: what it raised is cleared. */
  end(now: Instant): SensorOutcome[] {
    return [...this.#raised].flatMap((type) => this.#turn(type, false, now));
  }

  /** Remembers that the sensor is there now, if it is. */
  #notePresence(nowMs: number): boolean {
    const isAvailable = this.#isAvailable(nowMs);
    if (isAvailable) this.#unavailableSinceMs = nowMs;
    return isAvailable;
  }

  #isAvailable(nowMs: number): boolean {
    const { expireSeconds, availabilityMode } = this.config;
    if (expireSeconds !== null && nowMs - this.#silentSinceMs >= expireSeconds * 1000) return false;
    if (this.#availability.length === 0) return true;
    if (availabilityMode === 'latest') return this.#latest === true;
    if (availabilityMode === 'any') return this.#availability.some(({ value }) => value === true);
    return this.#availability.every(({ value }) => value === true);
  }

  #takeAvailability(entry: Availability, payload: string): boolean {
    const word = entry.read(payload)?.toLowerCase();
    if (word !== entry.available && word !== entry.notAvailable) return false;
    entry.value = word === entry.available;
    this.#latest = entry.value;
    return true;
  }

  #takeState(payload: string, retained: boolean, now: Instant): boolean {
    const text = this.#readState(payload);
    const value = text === null ? null : this.#parse(text);
    if (value === null) return false;
    const isStalePulse =
      retained && this.config.offDelaySeconds !== null && value.kind === 'binary' && value.active;
    if (isStalePulse) return true;
    this.#value = value;
    this.#stateAt = now;
    this.#silentSinceMs = now.monotonicMs;
    return true;
  }

  #parse(text: string): SensorReading['value'] {
    if (this.config.component === 'sensor') {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? { kind: 'number', value, unit: this.config.unit } : null;
    }
    const word = text.toLowerCase();
    if (word === this.config.on) return { kind: 'binary', active: true };
    return word === this.config.off ? { kind: 'binary', active: false } : null;
  }

  /** Raises or clears one alarm when that is a change. */
  #turn(type: EventType, active: boolean, now: Instant): SensorOutcome[] {
    if (this.#raised.has(type) === active) return [];
    if (active) this.#raised.add(type);
    else this.#raised.delete(type);
    const { name, meaning } = this.config;
    const outcome: SensorOutcome = {
      kind: active ? 'raised' : 'cleared',
      type,
      sensor: { ...this.#identity, name, kind: meaning.kind },
      occurredAtMs: now.wallMs,
      monotonicMs: now.monotonicMs,
    };
    if (type === 'sensor-offline') return [outcome];
    return [{ ...outcome, reading: { kind: meaning.kind, value: active ? 'on' : 'off' } }];
  }
}
