import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SensorSimulatorOptions, startSensorSimulator } from '../../simulators/sensors/simulator.ts';

const login = { username: 'sensors', password: 'Canary-7f3a' };
let broker: Aedes;
let server: Server;
let url: string;
let listener: MqttClient;
/** Last payload per topic. */
const seen = new Map<string, string>();
const waiting: (() => void)[] = [];
const cleanUps: (() => Promise<void>)[] = [];

beforeEach(async () => {
  broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === login.username && String(password) === login.password),
  });
  server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `mqtt://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  listener = await connectAsync(url, login);
  seen.clear();
  listener.on('message', (topic, payload) => {
    seen.set(topic, payload.toString());
    for (const wake of waiting.splice(0)) wake();
  });
  await listener.subscribeAsync('#', { qos: 1 });
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await listener.endAsync(true);
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
});

async function simulate(options: Partial<SensorSimulatorOptions> = {}) {
  const simulator = await startSensorSimulator({ broker: { url, ...login }, ...options });
  cleanUps.push(() => simulator.stop());
  return simulator;
}

/** Resolves when the topic has this payload. */
async function comesTo(topic: string, payload: string): Promise<void> {
  while (seen.get(topic) !== payload) await new Promise<void>((resolve) => waiting.push(resolve));
}

const smokeState = 'pingan-sim/sim_smoke_01/smoke/state';
const doorState = 'pingan-sim/sim_door_01/contact/state';

test('announces smoke, temperature and door by retained discovery messages', async () => {
  await simulate();
  await comesTo(doorState, 'OFF');
  const config = (topic: string): unknown => JSON.parse(seen.get(`homeassistant/${topic}/config`) ?? '{}');
  expect(config('binary_sensor/sim_smoke_01/smoke')).toMatchObject({
    device_class: 'smoke',
    unique_id: 'sim_smoke_01_smoke',
    state_topic: smokeState,
    availability_topic: 'pingan-sim/sim_smoke_01/availability',
    payload_on: 'ON',
    device: { identifiers: ['sim_smoke_01'] },
  });
  expect(config('binary_sensor/sim_door_01/contact')).toMatchObject({
    device_class: 'door',
    state_topic: doorState,
  });
  expect(config('sensor/sim_smoke_01/temperature')).toMatchObject({
    device_class: 'temperature',
    unit_of_measurement: '°C',
  });

  const late = await connectAsync(url, login);
  const retained = new Set<string>();
  const allRetained = new Promise<void>((resolve) => {
    late.on('message', (topic, _payload, packet) => {
      if (packet.retain) retained.add(topic);
      if (retained.size === 3) resolve();
    });
  });
  await late.subscribeAsync('homeassistant/#', { qos: 1 });
  await allRetained;
  await late.endAsync();
});

test('rings and falls quiet when told, and measures', async () => {
  const simulator = await simulate();
  expect(simulator.sensors).toEqual([
    'sim_smoke_01/smoke',
    'sim_smoke_01/temperature',
    'sim_door_01/contact',
  ]);
  await simulator.ring('sim_smoke_01/smoke');
  await comesTo(smokeState, 'ON');
  expect(seen.get(doorState)).not.toBe('ON');
  await simulator.quiet('sim_smoke_01/smoke');
  await comesTo(smokeState, 'OFF');
  await simulator.measure('sim_smoke_01/temperature', 61.25);
  await comesTo('pingan-sim/sim_smoke_01/temperature/state', '61.3');
  await expect(simulator.ring('sim_smoke_01/gas')).rejects.toThrow(/has no gas/);
  await expect(simulator.ring('nobody/smoke')).rejects.toThrow(/no device nobody/);
});

test('rings by itself, one sensor after the other', async () => {
  await simulate({ ringEveryS: 0.2, ringForS: 0.1 });
  await comesTo(smokeState, 'ON');
  await comesTo(smokeState, 'OFF');
  await comesTo(doorState, 'ON');
  await comesTo(doorState, 'OFF');
});

test('leaves an offline message behind, by its last will when it vanishes and by itself when it stops', async () => {
  const simulator = await simulate();
  await comesTo('pingan-sim/sim_door_01/availability', 'online');
  await comesTo('pingan-sim/sim_smoke_01/availability', 'online');
  await simulator.vanish('sim_door_01');
  await comesTo('pingan-sim/sim_door_01/availability', 'offline');
  expect(seen.get('pingan-sim/sim_smoke_01/availability')).toBe('online');
  await simulator.stop();
  await comesTo('pingan-sim/sim_smoke_01/availability', 'offline');
});

test('writes one JSON state with templates when asked to', async () => {
  const simulator = await simulate({ style: 'json' });
  await simulator.ring('sim_smoke_01/smoke');
  await comesTo('pingan-sim/sim_smoke_01', '{"smoke":"ON","temperature":"24.0"}');
  const config = JSON.parse(seen.get('homeassistant/binary_sensor/sim_smoke_01/smoke/config') ?? '{}');
  expect(config).toMatchObject({
    state_topic: 'pingan-sim/sim_smoke_01',
    value_template: '{{ value_json.smoke }}',
  });
});

test('announces itself again when Home Assistant says that it is back', async () => {
  await simulate();
  const topic = 'homeassistant/binary_sensor/sim_door_01/contact/config';
  await comesTo(doorState, 'OFF');
  const announced = seen.get(topic) ?? '';
  seen.delete(topic);
  await listener.publishAsync('homeassistant/status', 'online', { qos: 1 });
  await comesTo(topic, announced);
});

test('a refused login is an error that names the broker and not the password', async () => {
  const attempt = startSensorSimulator({ broker: { url, username: 'sensors', password: 'wrong-Canary' } });
  await expect(attempt).rejects.toThrow(/does not take sim_smoke_01; check address and login/);
  await expect(attempt).rejects.not.toThrow(/Canary/);
});
