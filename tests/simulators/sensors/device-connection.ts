import { connectAsync, type MqttClient } from 'mqtt';
import {
  availabilityTopic,
  configMessage,
  type SimulatedDevice,
  stateTopic,
  type TopicPlan,
} from './devices.ts';

export interface BrokerAddress {
  /** `mqtt://host:port` or `mqtts://…`, without credentials. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** One device's life on the broker: announcement, states, availability with a last will. */
export class DeviceConnection {
  readonly device: SimulatedDevice;
  readonly #broker: BrokerAddress;
  readonly #plan: TopicPlan;
  readonly #states = new Map<string, string>();
  #client: MqttClient | undefined;

  constructor(device: SimulatedDevice, broker: BrokerAddress, plan: TopicPlan) {
    this.device = device;
    this.#broker = broker;
    this.#plan = plan;
    for (const entity of device.entities)
      this.#states.set(entity.object, entity.component === 'sensor' ? '24.0' : 'OFF');
  }

  stateOf(object: string): string | undefined {
    return this.#states.get(object);
  }

  /** Connects and announces itself, and again after every reconnection. @throws Error when the broker does not take it within 10 s. */
  async start(): Promise<void> {
    const topic = availabilityTopic(this.#plan, this.device);
    const client = await connectAsync(
      this.#broker.url,
      {
        clientId: `${this.device.node}-${process.pid}-${Math.random().toString(16).slice(2, 8)}`,
        ...(this.#broker.username === undefined ? {} : { username: this.#broker.username }),
        ...(this.#broker.password === undefined ? {} : { password: this.#broker.password }),
        will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true },
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectPeriod: 1000,
        keepalive: 15,
      },
      false,
    ).catch((error: unknown) => {
      const message = `MQTT broker ${this.#broker.url} does not take ${this.device.node}; check address and login`;
      throw new Error(message, { cause: error });
    });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('connect', () => void this.#announce(client).catch(() => undefined));
    client.on('message', (_topic, payload) => {
      if (payload.toString() === 'online') void this.#announce(client).catch(() => undefined);
    });
    await client.subscribeAsync(`${this.#plan.discoveryPrefix}/status`, { qos: 1 });
    await this.#announce(client);
  }

  /** Says offline and leaves; may be called twice. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    if (client.connected)
      await client.publishAsync(availabilityTopic(this.#plan, this.device), 'offline', {
        qos: 1,
        retain: true,
      });
    await client.endAsync(!client.connected);
  }

  /** The battery is torn out: the connection breaks without a goodbye and the broker publishes the last will. */
  async vanish(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    client.options.reconnectPeriod = 0;
    client.stream.destroy();
    await client.endAsync(true);
  }

  /** Sets one entity's state, e.g. `ON` or `23.5`, and publishes it retained with QoS 1. */
  async publishState(object: string, value: string): Promise<void> {
    this.#states.set(object, value);
    if (this.#client?.connected) await this.#publishState(this.#client, object);
  }

  async publishAvailability(isOnline: boolean): Promise<void> {
    const topic = availabilityTopic(this.#plan, this.device);
    await this.#client?.publishAsync(topic, isOnline ? 'online' : 'offline', { qos: 1, retain: true });
  }

  async #announce(client: MqttClient): Promise<void> {
    for (const entity of this.device.entities) {
      const { topic, payload } = configMessage(this.#plan, this.device, entity);
      await client.publishAsync(topic, payload, { qos: 1, retain: true });
    }
    await this.publishAvailability(true);
    for (const entity of this.device.entities) await this.#publishState(client, entity.object);
  }

  async #publishState(client: MqttClient, object: string): Promise<void> {
    const entity = this.device.entities.find((candidate) => candidate.object === object);
    if (entity === undefined)
      throw new RangeError(
        `${this.device.node} has no ${object}; it has ${[...this.#states.keys()].join(', ')}`,
      );
    const all = JSON.stringify(Object.fromEntries(this.#states));
    const payload = this.#plan.style === 'json' ? all : (this.#states.get(object) ?? '');
    await client.publishAsync(stateTopic(this.#plan, this.device, entity), payload, { qos: 1, retain: true });
  }
}
