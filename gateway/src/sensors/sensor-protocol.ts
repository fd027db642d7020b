import type { EventType, SensorReading } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';

export type SensorMessage = {
  topic: string;
  payload: Uint8Array;
  /** Kept by the broker and delivered on subscribing, not said just now. */
  retained: boolean;
};

/** What a protocol needs of a message broker; the connection and its repair live outside. */
export type SensorBus = {
  readonly connected: boolean;
  /**
   * Delivers what matches an MQTT filter until the returned function is called. Kept over reconnects. Every call asks the broker
   * for its retained messages again.
   */
  subscribe(filter: string, onMessage: (message: SensorMessage) => void): () => void;
  /** Tells when the connection comes and goes; returns the way to stop that. */
  onConnection(listener: (connected: boolean) => void): () => void;
};

/** Something a sensor made happen; raised and cleared come in turn for each (sensor, type). */
export type SensorOutcome = {
  kind: 'raised' | 'cleared';
  type: EventType;
  sensor: Pick<SensorReading, 'sensorId' | 'code' | 'name' | 'kind'>;
  /** What it said, ready for an event's detail; absent for 'sensor-offline'. */
  reading?: { kind: string; value: string };
  occurredAtMs: number;
  monotonicMs: number;
};

export type SensorProtocolOptions = {
  bus: SensorBus;
  clock: Clock;
  log: Logger;
  /** Gives a sensor its 20-digit code (type 134), the same one each time. */
  assignCode(sensorId: string): string;
  onOutcome(outcome: SensorOutcome): void;
};

export type SensorStats = {
  sensors: number;
  messages: number;
  /** Announcements that were not accepted. */
  refused: number;
  /** Messages over the size limit and states that were not understood. */
  dropped: number;
};

/** One protocol at work. `stop` may be called twice. */
export type SensorProtocol = {
  readonly stats: SensorStats;
  readings(): SensorReading[];
  start(): void;
  stop(): Promise<void>;
};
