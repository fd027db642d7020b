import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { type SensorBus, type SensorProtocol, sensorProtocols } from '../../../gateway/src/sensors/index.ts';
import { MqttSensorBus, type SensorBusOptions } from '../../../gateway/src/uplink/sensor-bus.ts';
import { startSensorSimulator } from '../../simulators/sensors/simulator.ts';
import { startMosquitto } from '../../support/mosquitto.ts';

const login = { username: 'sensors', password: 'Canary-7f3a' };
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A broker whose listener can go away and come back on its port; what it retains stays. */
class FlakyBroker {
  isOpen = true;
  refusals = 0;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #port = 0;

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#aedes = await Aedes.createBroker({
      authenticate: (_client, username, password, done) => {
        const accepted = this.isOpen && username === login.username && String(password) === login.password;
        if (!accepted) this.refusals++;
        done(null, accepted);
      },
    });
    await this.listen();
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#aedes?.handle(socket);
    });
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    this.#port = address !== null && typeof address === 'object' ? address.port : 0;
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async stop(): Promise<void> {
    await this.cut();
    await new Promise<void>((resolve) => this.#aedes?.close(() => resolve()));
  }
}

type Site = { sensors: SensorProtocol; bus: SensorBus; events: string[] };

/** The bus and the protocol as the gateway wires them. */
function listen(
  brokerUrl: string,
  options: Partial<SensorBusOptions> & { offlineSeconds?: number } = {},
): Site {
  const mqttBus = new MqttSensorBus({
    brokerUrl,
    clientId: 'gw-test-sensors',
    log: silentLogger,
    reconnectMs: 50,
    ...options,
  });
  const bus: SensorBus = mqttBus;
  const events: string[] = [];
  const sensors = sensorProtocols.homeAssistant({
    bus,
    clock: systemClock,
    log: silentLogger,
    assignCode: () => '44030600001347000001',
    onOutcome: ({ kind, type, sensor }) => events.push(`${kind} ${type} ${sensor.name}`),
    offlineSeconds: options.offlineSeconds ?? 60,
    checkMs: 20,
  });
  sensors.start();
  mqttBus.start();
  cleanUps.push(async () => {
    await sensors.stop();
    await mqttBus.stop();
  });
  return { sensors, bus, events };
}

async function device(
  url: string,
  options: { username?: string; password?: string } = login,
): Promise<MqttClient> {
  const client = await connectAsync(url, options);
  client.on('error', () => undefined);
  cleanUps.push(() => client.endAsync(true));
  return client;
}

const publish = (client: MqttClient, topic: string, payload: string) =>
  client.publishAsync(topic, payload, { qos: 1, retain: true });

const announceDoor = (client: MqttClient) =>
  publish(
    client,
    'homeassistant/binary_sensor/door_1/contact/config',
    JSON.stringify({
      '~': 'site/door_1',
      name: '天台门磁',
      stat_t: '~/state',
      avty_t: '~/availability',
      dev_cla: 'door',
    }),
  );

describe('Home Assistant discovery through aedes', () => {
  let broker: FlakyBroker;
  beforeEach(async () => {
    broker = new FlakyBroker();
    await broker.start();
    cleanUps.push(() => broker.stop());
  });

  test('takes announcement, availability and state, in whatever order they come', async () => {
    const contact = await device(broker.url);
    await publish(contact, 'site/door_1/state', 'ON');
    await publish(contact, 'site/door_1/availability', 'online');
    const { sensors, events } = listen(broker.url, login);
    await announceDoor(contact);
    await expect
      .poll(() => sensors.readings())
      .toMatchObject([
        { name: '天台门磁', kind: 'door', available: true, value: { kind: 'binary', active: true } },
      ]);
    await publish(contact, 'site/door_1/state', 'OFF');
    await expect.poll(() => events).toEqual(['raised door-opened 天台门磁', 'cleared door-opened 天台门磁']);
  });

  test('comes back after the broker was away and does not ring twice for what it says again', async () => {
    const contact = await device(broker.url);
    await announceDoor(contact);
    await publish(contact, 'site/door_1/availability', 'online');
    await publish(contact, 'site/door_1/state', 'ON');
    const { bus, sensors, events } = listen(broker.url, login);
    await expect.poll(() => events).toEqual(['raised door-opened 天台门磁']);
    const before = sensors.stats.messages;
    await broker.cut();
    await expect.poll(() => bus.connected).toBe(false);
    await broker.listen();
    await expect.poll(() => sensors.stats.messages, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 3);
    expect(events).toEqual(['raised door-opened 天台门磁']);
    const again = await device(broker.url);
    await publish(again, 'site/door_1/state', 'OFF');
    await expect.poll(() => events.at(-1)).toBe('cleared door-opened 天台门磁');
  });

  test('tries again after a refused login', async () => {
    broker.isOpen = false;
    const { bus } = listen(broker.url, login);
    await expect.poll(() => broker.refusals).toBeGreaterThanOrEqual(2);
    expect(bus.connected).toBe(false);
    broker.isOpen = true;
    await expect.poll(() => bus.connected, { timeout: 10_000 }).toBe(true);
  });

  test('stops listening to a withdrawn sensor', async () => {
    const contact = await device(broker.url);
    const { sensors, events } = listen(broker.url, login);
    await announceDoor(contact);
    await publish(contact, 'site/door_1/state', 'ON');
    await expect.poll(() => events).toEqual(['raised door-opened 天台门磁']);
    await publish(contact, 'homeassistant/binary_sensor/door_1/contact/config', '');
    await expect.poll(() => events.at(-1)).toBe('cleared door-opened 天台门磁');
    expect(sensors.readings()).toEqual([]);
  });

  test('bears hostile messages and goes on', async () => {
    const hostile = await device(broker.url);
    const { sensors, events } = listen(broker.url, login);
    await announceDoor(hostile);
    await expect.poll(() => sensors.stats.sensors).toBe(1);
    const config = 'homeassistant/binary_sensor/evil/config';
    for (const payload of [
      '{',
      '[]',
      '{"state_topic":"#"}',
      'x'.repeat(70_000),
      '{"__proto__":{"state_topic":"a"}}',
    ])
      await publish(hostile, config, payload);
    await publish(
      hostile,
      'homeassistant/binary_sensor/__proto__/constructor/config',
      JSON.stringify({ state_topic: '__proto__', device_class: 'smoke', name: 'p' }),
    );
    await publish(hostile, '__proto__', 'ON');
    await expect.poll(() => events).toEqual(['raised smoke-alarm p']);
    expect(sensors.stats).toMatchObject({ sensors: 2, refused: 4, dropped: 1 });
  });

  test.each([
    'plain',
    'json',
  ] as const)('follows simulated sensors (%s) until one loses its battery', async (style) => {
    const { sensors, events } = listen(broker.url, { ...login, offlineSeconds: 0.3 });
    const simulator = await startSensorSimulator({ broker: { url: broker.url, ...login }, style });
    cleanUps.push(() => simulator.stop());
    const available = () => sensors.readings().filter((reading) => reading.available);
    await expect
      .poll(() =>
        available()
          .map(({ kind }) => kind)
          .sort(),
      )
      .toEqual(['door', 'smoke', 'temperature']);
    await simulator.measure('sim_smoke_01/temperature', 61.5);
    await simulator.ring('sim_smoke_01/smoke');
    await expect
      .poll(() => events.filter((event) => !event.includes('offline')))
      .toEqual([expect.stringMatching(/^raised smoke-alarm .*烟感/)]);
    expect(sensors.readings().map(({ value }) => value)).toContainEqual({
      kind: 'number',
      value: 61.5,
      unit: '°C',
    });
    await simulator.vanish('sim_door_01');
    await expect.poll(() => events.at(-1)).toMatch(/^raised sensor-offline .*门磁/);
    expect(
      available()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['smoke', 'temperature']);
  });
});

describe('Home Assistant discovery through Mosquitto', () => {
  test('follows three hundred sensors and their states', async () => {
    const broker = await startMosquitto();
    cleanUps.push(() => broker.stop());
    const box = await device(broker.url, {});
    const { sensors, events } = listen(broker.url);
    const ids = Array.from({ length: 300 }, (_, index) => `s${index}`);
    for (const id of ids) {
      const announcement = { name: id, state_topic: `site/${id}`, device_class: 'moisture' };
      await publish(box, `homeassistant/binary_sensor/${id}/config`, JSON.stringify(announcement));
    }
    for (const id of ids) await publish(box, `site/${id}`, 'ON');
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(300);
    expect(new Set(events).size).toBe(300);
    expect(sensors.readings().every(({ value }) => value?.kind === 'binary' && value.active)).toBe(true);
  });
});
