import type { KeyObject } from 'node:crypto';
import {
  CONTRACT_VERSION,
  type Command,
  decoderOf,
  type GatewayState,
  type HealthReport,
  parseTopic,
  type Receipt,
  ReceiptSchema,
  type Reply,
  type ReportedConfiguration,
  type SafetyEvent,
  toCloudEvent,
  topicOf,
  type UnreadConfiguration,
  type UpChannel,
} from '@pingan/models/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { type Clock, timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type EventQueue, EventWindow, type EventWindowOptions } from './event-window.ts';
import { RefusedError, readCommand, readDesired } from './signed.ts';

type Row = { delivery: { outboxId: string; sequence: number }; event: SafetyEvent; bytes: number };
export type UplinkQueue = EventQueue<Row> & { onAppended(listener: () => void): () => void };

/** Remembers the highest command sequence across restarts, so that an old command stays old. */
export type CommandLedger = { last(): number; record(sequence: number): void };

export type UplinkHandlers = {
  /** Obeys a verified command and says what came of it; an error becomes a refusal. */
  onCommand(command: Command): Promise<Reply['outcome']>;
  /** Applies a verified configuration and says what came of it. */
  onDesired(desired: UnreadConfiguration): ReportedConfiguration;
  /** Centre's clock minus ours, from a receipt, ms. */
  onClockOffset(offsetMs: number): void;
};

export type UplinkOptions = {
  gatewayId: string;
  brokerUrl: string;
  token: string;
  commandKey: KeyObject;
  bootId: string;
  software: string;
  /** With which the gateway signs evidence. */
  evidenceKey?(): string | undefined;
  queue: UplinkQueue;
  ledger: CommandLedger;
  handlers: UplinkHandlers;
  clock: Clock;
  log: Logger;
  window?: EventWindowOptions;
};

export type UplinkStats = {
  connected: boolean;
  inFlight: number;
  settled: number;
  refused: number;
  reconnects: number;
};

const receipts = decoderOf(ReceiptSchema);
const KEEPALIVE_SECONDS = 15;
const RECONNECT_MS = 1000;
const PUMP_MS = 1000;

/** The gateway's one MQTT session: sends what the outbox holds, obeys what the centre signed. Reconnects for ever. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #window: EventWindow<Row>;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #pumping = false;
  #settled = 0;
  #refused = 0;
  #reconnects = -1;
  #clockOffsetMs = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#window = new EventWindow(options.queue, options.window);
  }

  get stats(): UplinkStats {
    return {
      connected: this.#client?.connected ?? false,
      inFlight: this.#window.inFlight,
      settled: this.#settled,
      refused: this.#refused,
      reconnects: Math.max(0, this.#reconnects),
    };
  }

  start(): void {
    if (this.#client) return;
    const { gatewayId, brokerUrl, token, clock, queue } = this.#options;
    const client = mqtt.connect(brokerUrl, {
      clientId: gatewayId,
      username: gatewayId,
      password: token,
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      reconnectPeriod: RECONNECT_MS,
      // A broker that refuses today (not registered yet, overloaded) may accept tomorrow.
      reconnectOnConnackError: true,
      connectTimeout: 10_000,
      queueQoSZero: false,
      resubscribe: false,
      will: {
        topic: topicOf(gatewayId, 'state'),
        payload: Buffer.from(JSON.stringify(this.#state('offline'))),
        qos: 1,
        retain: true,
      },
    });
    this.#client = client;
    client.on('connect', () => this.#onConnect(client));
    client.on('message', (topic, payload) => this.#onMessage(topic, payload));
    client.on('error', (error) =>
      this.#options.log.warn({ error: messageOf(error) }, 'uplink: connection failed'),
    );
    client.on('close', () => this.#window.rewind(clock.monotonic()));
    this.#unsubscribe = queue.onAppended(() => this.#pump());
    this.#timer = setInterval(() => this.#pump(), PUMP_MS);
  }

  /** Says goodbye (offline, retained) and closes. Events that are not receipted stay in the outbox. */
  async stop(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    this.#client = undefined;
    clearInterval(this.#timer);
    this.#unsubscribe?.();
    if (client.connected) {
      const bye = JSON.stringify(this.#state('offline'));
      const said = client.publishAsync(topicOf(this.#options.gatewayId, 'state'), bye, {
        qos: 1,
        retain: true,
      });
      await Promise.race([said.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000))]);
    }
    await client.endAsync(true);
  }

  /** Sends a health report; when there is no connection it is dropped, the next one replaces it. */
  sendHealth(report: HealthReport): void {
    this.#publish('health', JSON.stringify(report), false);
  }

  #state(kind: GatewayState['kind']): GatewayState {
    const { gatewayId, bootId, software, clock, evidenceKey } = this.#options;
    const key = evidenceKey?.();
    return {
      gatewayId,
      kind,
      bootId,
      at: timestamp(clock.now()),
      contract: CONTRACT_VERSION,
      software,
      ...(key === undefined ? {} : { evidenceKey: key }),
    };
  }

  #publish(channel: UpChannel, payload: string, retain: boolean): void {
    const client = this.#client;
    if (!client?.connected) return;
    client.publish(topicOf(this.#options.gatewayId, channel), payload, { qos: 1, retain }, (error) => {
      if (error) this.#options.log.debug({ channel, error: messageOf(error) }, 'uplink: publish failed');
    });
  }

  #onConnect(client: MqttClient): void {
    const { gatewayId, log, clock } = this.#options;
    this.#reconnects += 1;
    this.#window.rewind(clock.monotonic());
    this.#publish('state', JSON.stringify(this.#state('online')), true);
    const filters = [
      topicOf(gatewayId, 'receipt'),
      topicOf(gatewayId, 'desired'),
      topicOf(gatewayId, 'cmd', '+'),
    ];
    client.subscribe(filters, { qos: 1 }, (error) => {
      if (error) log.error({ error: messageOf(error) }, 'uplink: the broker refused our subscriptions');
      else this.#pump();
    });
    log.info({ reconnects: this.#reconnects }, 'uplink: connected');
  }

  #pump(): void {
    if (this.#pumping || !this.#client?.connected) return;
    this.#pumping = true;
    try {
      const nowMs = this.#options.clock.monotonic();
      if (this.#window.rewindIfQuiet(nowMs))
        this.#options.log.warn('uplink: no receipts, sending the window again');
      for (let rows = this.#window.next(nowMs); rows.length > 0; rows = this.#window.next(nowMs)) {
        this.#publish(
          'event',
          JSON.stringify(rows.map(({ event, delivery }) => toCloudEvent(event, delivery))),
          false,
        );
      }
    } finally {
      this.#pumping = false;
    }
  }

  #onMessage(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.gatewayId !== this.#options.gatewayId) return;
    if (parsed.channel === 'receipt') this.#onReceipt(payload);
    else if (parsed.channel === 'desired') this.#onDesired(payload);
    else if (parsed.channel === 'cmd') void this.#onCommand(payload, parsed.command);
  }

  #onReceipt(payload: Uint8Array): void {
    const { clock, gatewayId, handlers, log } = this.#options;
    let receipt: Receipt;
    try {
      receipt = receipts.decode(payload);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'uplink: receipt not understood');
      return;
    }
    if (receipt.gatewayId !== gatewayId) return;
    this.#clockOffsetMs = Date.parse(receipt.at) - clock.now();
    handlers.onClockOffset(this.#clockOffsetMs);
    for (const { sequence, reason } of receipt.rejected)
      log.error({ sequence, reason }, 'centre refused an event: dead-lettered');
    this.#settled += this.#window.onReceipt(receipt, clock.monotonic());
    this.#pump();
  }

  #reader() {
    const { commandKey, gatewayId, clock } = this.#options;
    return { key: commandKey, gatewayId, centreNow: () => clock.now() + this.#clockOffsetMs };
  }

  #onDesired(payload: Uint8Array): void {
    const { handlers, log } = this.#options;
    try {
      const reported = handlers.onDesired(readDesired(payload, this.#reader()));
      this.#publish('reported', JSON.stringify(reported), true);
    } catch (error) {
      this.#refused += 1;
      log.error({ error: messageOf(error) }, 'uplink: desired configuration refused');
    }
  }

  async #onCommand(payload: Uint8Array, name: string | undefined): Promise<void> {
    const { ledger, log, handlers } = this.#options;
    let command: Command;
    try {
      command = readCommand(payload, this.#reader(), ledger.last());
      if (command.name !== name) {
        throw new RefusedError('malformed', 'the topic names another command');
      }
    } catch (error) {
      this.#refused += 1;
      const code = error instanceof RefusedError ? error.code : 'malformed';
      log.error({ code, error: messageOf(error) }, 'uplink: command refused');
      return;
    }
    ledger.record(command.sequence);
    let outcome: Reply['outcome'];
    try {
      outcome = await handlers.onCommand(command);
    } catch (error) {
      outcome = { kind: 'refused', code: 'failed', message: messageOf(error).slice(0, 256) };
    }
    this.#reply({ command, outcome });
  }

  #reply({ command, outcome }: { command: Command; outcome: Reply['outcome'] }): void {
    const { gatewayId, clock } = this.#options;
    const reply: Reply = {
      commandId: command.id,
      gatewayId,
      at: timestamp(clock.now()),
      outcome,
      refusedInAll: this.#refused,
    };
    this.#publish('reply', JSON.stringify(reply), false);
  }
}
