import mqtt, { type MqttClient } from 'mqtt';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';

export type SensorBusOptions = {
  /** `mqtt://host:port` or `mqtts://…`, without user name or password. */
  brokerUrl: string;
  clientId: string;
  username?: string;
  password?: string;
  log: Logger;
  /** Wait before each reconnection, ms. */
  reconnectMs?: number;
};

type Message = { topic: string; payload: Uint8Array; retained: boolean };
type Handler = (message: Message) => void;

/** Filters in one SUBSCRIBE; brokers bound the packet. */
const FILTERS_PER_PACKET = 100;

/** Whether a topic matches a filter (MQTT 3.1.1 §4.7). */
function matches(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/**
 * The session with the site's sensor broker: MQTT 3.1.1, reconnects for ever, also after a refused login. Subscriptions outlive
 * connections; each handler gets a message once however many of its filters match.
 */
export class MqttSensorBus {
  readonly #options: SensorBusOptions;
  #client: MqttClient | undefined;
  #exact = new Map<string, Handler[]>();
  #patterns = new Map<string, Handler[]>();
  #listeners = new Set<(connected: boolean) => void>();
  #pending = new Set<string>();
  #flush: NodeJS.Immediate | undefined;

  constructor(options: SensorBusOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#client?.connected ?? false;
  }

  subscribe(filter: string, onMessage: Handler): () => void {
    const table = /[+#]/.test(filter) ? this.#patterns : this.#exact;
    const entry: Handler = onMessage;
    table.set(filter, [...(table.get(filter) ?? []), entry]);
    this.#request(filter);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      const handlers = [...(table.get(filter) ?? [])];
      handlers.splice(handlers.indexOf(entry), 1);
      table.set(filter, handlers);
      if (handlers.length > 0) return;
      table.delete(filter);
      this.#pending.delete(filter);
      if (this.connected) this.#client?.unsubscribe(filter, () => {});
    };
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#client) return;
    const { brokerUrl, clientId, username, password, log, reconnectMs = 2000 } = this.#options;
    const client = mqtt.connect(brokerUrl, {
      clientId,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      protocolVersion: 4,
      clean: true,
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: reconnectMs,
      reconnectOnConnackError: true,
      resubscribe: false,
    });
    this.#client = client;
    client.on('connect', () => this.#onConnect());
    client.on('message', (topic, payload, packet) =>
      this.#onMessage({ topic, payload, retained: packet.retain }),
    );
    client.on('error', (error) =>
      log.warn({ error: messageOf(error) }, 'sensor broker: connection failed; check address and login'),
    );
    client.on('offline', () => this.#tell(false));
  }

  /** Resolves when the connection is closed; subscriptions are kept for a later start. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    clearImmediate(this.#flush);
    this.#flush = undefined;
    if (client) await client.endAsync(true);
  }

  #onConnect(): void {
    this.#options.log.info('sensor broker: connected');
    this.#tell(true);
    for (const filter of [...this.#patterns.keys(), ...this.#exact.keys()]) this.#request(filter);
  }

  #tell(connected: boolean): void {
    for (const listener of this.#listeners) listener(connected);
  }

  #onMessage(message: Message): void {
    const handlers = new Set(this.#exact.get(message.topic));
    for (const [filter, entries] of this.#patterns)
      if (matches(filter, message.topic)) for (const handler of entries) handlers.add(handler);
    for (const handler of handlers) handler(message);
  }

  /** Subscribes soon, together with what else is asked for in this turn; the next connection asks for everything again. */
  #request(filter: string): void {
    if (!this.connected) return;
    this.#pending.add(filter);
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      this.#subscribePending();
    });
  }

  #subscribePending(): void {
    const filters = [...this.#pending];
    this.#pending.clear();
    for (let first = 0; first < filters.length; first += FILTERS_PER_PACKET) {
      const some = filters.slice(first, first + FILTERS_PER_PACKET);
      this.#client?.subscribe(some, { qos: 1 }, (error) => {
        if (error && this.connected)
          this.#options.log.warn(
            { error: messageOf(error), filters: some.slice(0, 5) },
            'sensor broker: subscription refused; allow this user to read these topics',
          );
      });
    }
  }
}
