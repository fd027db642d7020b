import { isDeepStrictEqual } from 'node:util';
import type { SensorReading } from '@pingan/models/contract';
import type { SensorMessage, SensorOutcome, SensorStats } from '../sensor-protocol.ts';
import type { Component } from './device-classes.ts';
import { Entity, type Instant } from './entity.ts';
import { parseEntityConfig } from './entity-config.ts';

export type RegistryOptions = {
  /** First levels of discovery topics, usually `homeassistant`. */
  prefix: string;
  /** Only sensors of this node id; all when absent. */
  node?: string;
  assignCode(sensorId: string): string;
  /** Unavailable for so long before 'sensor-offline' is raised, seconds. */
  offlineSeconds: number;
  maxSensors: number;
  /** An announcement was not accepted; told once per sensor until it is accepted. */
  onRefused(sensorId: string, reason: string): void;
};

/** What a message led to: events, and topics to listen to from now on or no longer. */
export type Effects = { outcomes: SensorOutcome[]; subscribe: string[]; unsubscribe: string[] };

const COMPONENTS: readonly Component[] = ['binary_sensor', 'sensor'];
const MAX_PAYLOAD_BYTES = 65_536;
const MAX_SENSOR_ID = 128;
/** Refusals remembered, so that each is told once. */
const MAX_REFUSALS = 1000;
const LEVEL = /^[A-Za-z0-9_-]{1,64}$/;

const nothing = (): Effects => ({ outcomes: [], subscribe: [], unsubscribe: [] });
const decoder = new TextDecoder();

type Address = { component: Component; path: string[]; sensorId: string };

/**
 * All sensors announced by Home Assistant's MQTT discovery and what they say. Pure: messages and times in, effects out. Everything
 * a device sends is bounded: payloads of 64 kB, `maxSensors` sensors, ids of 128 characters that are only ever keys of a Map.
 */
export class Registry {
  readonly #options: RegistryOptions;
  #entities = new Map<string, Entity>();
  #listeners = new Map<string, Set<Entity>>();
  #refusals = new Map<string, string>();
  #counts = { messages: 0, refused: 0, dropped: 0 };

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get stats(): SensorStats {
    return { sensors: this.#entities.size, ...this.#counts };
  }

  /** Topic filters under which sensors are announced. */
  get discoveryFilters(): string[] {
    const { prefix, node } = this.#options;
    return COMPONENTS.flatMap((component) =>
      node === undefined
        ? [`${prefix}/${component}/+/config`, `${prefix}/${component}/+/+/config`]
        : [`${prefix}/${component}/${node}/+/config`],
    );
  }

  readings(nowMs: number): SensorReading[] {
    return [...this.#entities.values()].map((entity) => entity.reading(nowMs));
  }

  /** Takes any message of the broker. */
  handle(message: SensorMessage, now: Instant): Effects {
    this.#counts.messages++;
    if (message.payload.length > MAX_PAYLOAD_BYTES) {
      this.#counts.dropped++;
      return nothing();
    }
    const payload = decoder.decode(message.payload);
    const address = this.#addressOf(message.topic);
    if (address) return this.#announce(address, payload, now);
    let understood = false;
    const outcomes: SensorOutcome[] = [];
    for (const entity of this.#listeners.get(message.topic) ?? []) {
      const taken = entity.take(message, payload, now);
      understood ||= taken.understood;
      outcomes.push(...taken.outcomes);
    }
    if (!understood) this.#counts.dropped++;
    return { ...nothing(), outcomes };
  }

  /** What the passing of time made happen; call it about once a second while the broker is connected. */
  check(now: Instant): SensorOutcome[] {
    return [...this.#entities.values()].flatMap((entity) => entity.check(now));
  }

  /** The broker is there again: the silence before was ours. */
  resume(nowMs: number): void {
    for (const entity of this.#entities.values()) entity.resume(nowMs);
  }

  /** `<prefix>/<component>/[<node>/]<object>/config` taken apart; null for any other topic. */
  #addressOf(topic: string): Address | null {
    const { prefix, node } = this.#options;
    if (!topic.startsWith(`${prefix}/`)) return null;
    const [first, ...rest] = topic.slice(prefix.length + 1).split('/');
    const component = COMPONENTS.find((each) => each === first);
    const path = rest.slice(0, -1);
    const isConfig = rest.at(-1) === 'config' && (path.length === 1 || path.length === 2);
    if (!component || !isConfig || !path.every((level) => LEVEL.test(level))) return null;
    if (node !== undefined && (path.length !== 2 || path[0] !== node)) return null;
    return { component, path, sensorId: ['home-assistant', component, ...path].join('/') };
  }

  #announce({ component, path, sensorId }: Address, payload: string, now: Instant): Effects {
    if (payload === '') return this.#withdraw(sensorId, now);
    try {
      const config = parseEntityConfig(component, payload, path.at(-1) ?? sensorId);
      const known = this.#entities.get(sensorId);
      if (known && isDeepStrictEqual(known.config, config)) return nothing();
      this.#checkRoom(sensorId, known);
      const { offlineSeconds, assignCode } = this.#options;
      const entity = new Entity({ sensorId, code: assignCode(sensorId) }, config, { offlineSeconds, now });
      const { outcomes, unsubscribe } = this.#withdraw(sensorId, now);
      this.#add(sensorId, entity);
      const kept = new Set(entity.topics);
      return {
        outcomes,
        subscribe: entity.topics,
        unsubscribe: unsubscribe.filter((topic) => !kept.has(topic)),
      };
    } catch (error) {
      this.#refuse(sensorId, error instanceof Error ? error.message : String(error));
      return nothing();
    }
  }

  #checkRoom(sensorId: string, known: Entity | undefined): void {
    const { maxSensors } = this.#options;
    if (sensorId.length > MAX_SENSOR_ID)
      throw new RangeError(
        `sensor id is longer than ${MAX_SENSOR_ID} characters; shorten its node or object id`,
      );
    if (!known && this.#entities.size >= maxSensors)
      throw new RangeError(`there are ${maxSensors} sensors already; share them among more gateways`);
  }

  #refuse(sensorId: string, reason: string): void {
    this.#counts.refused++;
    if (this.#refusals.get(sensorId) === reason || this.#refusals.size >= MAX_REFUSALS) return;
    this.#refusals.set(sensorId, reason);
    this.#options.onRefused(sensorId, reason);
  }

  #add(sensorId: string, entity: Entity): void {
    this.#refusals.delete(sensorId);
    this.#entities.set(sensorId, entity);
    for (const topic of entity.topics) {
      const listeners = this.#listeners.get(topic) ?? new Set();
      this.#listeners.set(topic, listeners.add(entity));
    }
  }

  #withdraw(sensorId: string, now: Instant): Effects {
    const entity = this.#entities.get(sensorId);
    if (!entity) return nothing();
    this.#entities.delete(sensorId);
    const unsubscribe: string[] = [];
    for (const topic of entity.topics) {
      const listeners = this.#listeners.get(topic);
      listeners?.delete(entity);
      if (listeners?.size !== 0) continue;
      this.#listeners.delete(topic);
      unsubscribe.push(topic);
    }
    return { outcomes: entity.end(now), subscribe: [], unsubscribe };
  }
}
