import { SensorReadingSchema } from '@pingan/models/contract';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import {
  type Effects,
  Registry,
  type RegistryOptions,
} from '../../../gateway/src/sensors/home-assistant/registry.ts';

const WALL_MS = Date.parse('2026-11-22T04:00:00Z');
const at = (seconds: number) => ({ wallMs: WALL_MS + seconds * 1000, monotonicMs: seconds * 1000 });

/** A registry with a clock in seconds that is told what to publish. */
function site(options: Partial<RegistryOptions> = {}) {
  const refused: string[] = [];
  const registry = new Registry({
    prefix: 'homeassistant',
    assignCode: (sensorId) => `4403060000134${String(sensorId.length).padStart(7, '0')}`,
    offlineSeconds: 60,
    maxSensors: 2000,
    onRefused: (sensorId, reason) => refused.push(`${sensorId}: ${reason}`),
    ...options,
  });
  const publish = (topic: string, payload: unknown, seconds = 0, retained = false): Effects => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return registry.handle({ topic, payload: new TextEncoder().encode(text), retained }, at(seconds));
  };
  const events = ({ outcomes }: Pick<Effects, 'outcomes'>) =>
    outcomes.map(({ kind, type }) => `${kind} ${type}`);
  return {
    registry,
    refused,
    publish,
    say: (topic: string, payload: unknown, seconds = 0, retained = false) =>
      events(publish(topic, payload, seconds, retained)),
    check: (seconds: number) => events({ outcomes: registry.check(at(seconds)) }),
    reading: (seconds = 0) => registry.readings(seconds * 1000)[0],
  };
}

const smokeTopic = 'homeassistant/binary_sensor/node_1/smoke/config';
const smoke = { state_topic: 's/state', device_class: 'smoke', name: '烟感', availability_topic: 's/avail' };
const door = { state_topic: 'd/state', device_class: 'door', name: '门磁' };
const doorTopic = 'homeassistant/binary_sensor/door_1/config';

describe('sensor registry', () => {
  test('listens for announcements of both components, or of one node only', () => {
    expect(site().registry.discoveryFilters).toEqual([
      'homeassistant/binary_sensor/+/config',
      'homeassistant/binary_sensor/+/+/config',
      'homeassistant/sensor/+/config',
      'homeassistant/sensor/+/+/config',
    ]);
    const one = site({ node: 'node_1' });
    expect(one.registry.discoveryFilters).toHaveLength(2);
    one.publish('homeassistant/binary_sensor/other/smoke/config', smoke);
    one.publish(smokeTopic, smoke);
    expect(one.registry.stats.sensors).toBe(1);
  });

  test('takes a sensor in, with a reading of the contract and topics to listen to', () => {
    const { publish, reading } = site();
    expect(publish(smokeTopic, smoke)).toEqual({
      outcomes: [],
      subscribe: ['s/state', 's/avail'],
      unsubscribe: [],
    });
    expect(reading()).toEqual({
      sensorId: 'home-assistant/binary_sensor/node_1/smoke',
      code: '44030600001340000041',
      name: '烟感',
      kind: 'smoke',
      protocol: 'home-assistant',
      available: false,
      at: null,
      value: null,
    });
    publish('s/avail', 'online', 1);
    publish('s/state', 'OFF', 2);
    expect(reading(2)).toMatchObject({
      available: true,
      at: '2026-11-22T04:00:02.000Z',
      value: { kind: 'binary', active: false },
    });
    expect(Compile(SensorReadingSchema).Errors(reading(2))).toEqual([]);
  });

  test('raises and clears once per change, whatever is repeated', () => {
    const { say, publish } = site();
    publish(smokeTopic, smoke);
    expect(say('s/state', 'OFF', 1)).toEqual([]);
    expect(say('s/state', 'ON', 2)).toEqual(['raised smoke-alarm']);
    expect(say('s/state', 'ON', 3)).toEqual([]);
    expect(say('s/state', 'ON', 4, true)).toEqual([]);
    expect(say('s/state', 'OFF', 5)).toEqual(['cleared smoke-alarm']);
    expect(say('s/state', 'OFF', 6, true)).toEqual([]);
  });

  test('tells who, what and when', () => {
    const { publish } = site();
    publish(doorTopic, door);
    expect(publish('d/state', 'ON', 7).outcomes).toEqual([
      {
        kind: 'raised',
        type: 'door-opened',
        sensor: {
          sensorId: 'home-assistant/binary_sensor/door_1',
          code: '44030600001340000035',
          name: '门磁',
          kind: 'door',
        },
        reading: { kind: 'door', value: 'on' },
        occurredAtMs: WALL_MS + 7000,
        monotonicMs: 7000,
      },
    ]);
  });

  test('reads several sensors out of one topic', () => {
    const { publish, say, registry } = site();
    const shared = { state_topic: 'z2m/box', payload_on: true, payload_off: false };
    publish('homeassistant/binary_sensor/box/contact/config', {
      ...shared,
      device_class: 'door',
      value_template: '{{ value_json.open }}',
    });
    publish('homeassistant/binary_sensor/box/tamper/config', {
      ...shared,
      device_class: 'tamper',
      value_template: "{{ value_json['tamper'] }}",
    });
    publish('homeassistant/sensor/box/battery/config', {
      state_topic: 'z2m/box',
      device_class: 'battery',
      unit_of_measurement: '%',
      value_template: '{{ value_json.battery }}',
    });
    expect(say('z2m/box', { open: true, tamper: true, battery: 87 })).toEqual([
      'raised door-opened',
      'raised tamper-alarm',
    ]);
    expect(say('z2m/box', { battery: 86 })).toEqual([]);
    expect(registry.readings(0).map(({ value }) => value)).toContainEqual({
      kind: 'number',
      value: 86,
      unit: '%',
    });
  });

  test('leaves a state alone that it does not understand', () => {
    const { publish, say, registry, reading } = site();
    publish(doorTopic, door);
    publish('homeassistant/sensor/t/config', { state_topic: 't/state', device_class: 'temperature' });
    for (const payload of ['', 'unknown', 'ajar']) expect(say('d/state', payload)).toEqual([]);
    for (const payload of ['', 'unavailable', 'NaN', 'Infinity']) expect(say('t/state', payload)).toEqual([]);
    expect(registry.stats.dropped).toBe(7);
    expect(reading()?.value).toBeNull();
  });

  test('calls a sensor offline after a minute of absence, not before, and clears it when it is back', () => {
    const { publish, say, check } = site();
    publish(smokeTopic, smoke);
    publish('s/avail', 'online', 1);
    expect(say('s/avail', 'offline', 10)).toEqual([]);
    expect(check(69)).toEqual([]);
    expect(check(70)).toEqual(['raised sensor-offline']);
    expect(check(71)).toEqual([]);
    expect(say('s/avail', 'online', 80)).toEqual(['cleared sensor-offline']);
    publish('s/avail', 'offline', 90);
    publish('s/avail', 'online', 120);
    publish('s/avail', 'offline', 121);
    expect(check(160)).toEqual([]);
  });

  test('calls a sensor offline that announced itself and was never there', () => {
    const { publish, check } = site();
    publish(smokeTopic, smoke);
    expect(check(59)).toEqual([]);
    expect(check(60)).toEqual(['raised sensor-offline']);
  });

  test('does not hold time without a broker against a sensor', () => {
    const { publish, check, registry } = site();
    publish(smokeTopic, smoke, 0);
    registry.resume(50_000);
    expect(check(100)).toEqual([]);
    expect(check(110)).toEqual(['raised sensor-offline']);
    registry.resume(120_000);
    expect(check(121)).toEqual([]);
  });

  test.each<['all' | 'any' | 'latest', boolean]>([
    ['all', false],
    ['any', true],
    ['latest', false],
  ])('with %s of two availability topics and one of them gone is there: %s', (availability_mode, available) => {
    const { publish, reading } = site();
    publish(doorTopic, { ...door, availability_mode, availability: [{ topic: 'a/1' }, { topic: 'a/2' }] });
    publish('a/1', 'online');
    publish('a/2', 'offline');
    expect(reading()?.available).toBe(available);
  });

  test('takes a silent sensor with an expiry for gone', () => {
    const { publish, check, reading } = site();
    publish('homeassistant/sensor/t/config', {
      state_topic: 't',
      device_class: 'temperature',
      expire_after: 30,
    });
    publish('t', '21.5', 10);
    expect(reading(39)?.available).toBe(true);
    expect(reading(40)?.available).toBe(false);
    check(40);
    expect(check(101)).toEqual(['raised sensor-offline']);
    expect(publish('t', '21.5', 102).outcomes).toMatchObject([{ kind: 'cleared', type: 'sensor-offline' }]);
  });

  test('ends a pulse by its delay and does not ring for an old one', () => {
    const { publish, say, check } = site();
    publish(doorTopic, { ...door, device_class: 'safety', off_delay: 5 });
    expect(say('d/state', 'ON', 0, true)).toEqual([]);
    expect(say('d/state', 'ON', 1)).toEqual(['raised sos-alarm']);
    expect(check(5)).toEqual([]);
    expect(check(6)).toEqual(['cleared sos-alarm']);
    expect(say('d/state', 'ON', 10)).toEqual(['raised sos-alarm']);
  });

  test('clears what a withdrawn sensor had raised and stops listening', () => {
    const { publish, registry } = site();
    publish(doorTopic, door);
    publish('d/state', 'ON', 1);
    const { outcomes, unsubscribe } = publish(doorTopic, '', 2);
    expect(outcomes).toMatchObject([{ kind: 'cleared', type: 'door-opened' }]);
    expect(unsubscribe).toEqual(['d/state']);
    expect(registry.stats.sensors).toBe(0);
    expect(publish(doorTopic, '', 3)).toEqual({ outcomes: [], subscribe: [], unsubscribe: [] });
  });

  test('keeps listening to a topic that another sensor still needs', () => {
    const { publish } = site();
    publish(doorTopic, door);
    publish('homeassistant/binary_sensor/door_2/config', { ...door, device_class: 'tamper' });
    expect(publish(doorTopic, '').unsubscribe).toEqual([]);
  });

  test('is not disturbed by the same announcement and takes a changed one over', () => {
    const { publish } = site();
    publish(doorTopic, door);
    publish('d/state', 'ON', 1);
    expect(publish(doorTopic, { ...door, sw_version: '2' }, 2)).toEqual({
      outcomes: [],
      subscribe: [],
      unsubscribe: [],
    });
    expect(publish(doorTopic, { ...door, state_topic: 'd2/state' }, 3)).toMatchObject({
      outcomes: [{ kind: 'cleared', type: 'door-opened' }],
      subscribe: ['d2/state'],
      unsubscribe: ['d/state'],
    });
  });

  test('tells once why an announcement is refused, until it is accepted', () => {
    const { publish, refused, registry } = site();
    publish(doorTopic, { name: 'no topic' });
    publish(doorTopic, { name: 'no topic' });
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/door_1: .*state_topic/);
    expect(registry.stats).toMatchObject({ sensors: 0, refused: 2 });
    publish(doorTopic, door);
    publish(doorTopic, { name: 'no topic' });
    expect(refused).toHaveLength(2);
    expect(registry.stats.sensors).toBe(1);
  });

  test('takes prototype names for plain ids', () => {
    const { publish, registry, say } = site();
    for (const id of ['__proto__', 'constructor', 'toString'])
      publish(`homeassistant/binary_sensor/${id}/${id}/config`, { ...door, state_topic: `${id}/state` });
    expect(registry.readings(0).map(({ sensorId }) => sensorId.split('/').at(-1))).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
    expect(say('__proto__/state', 'ON')).toEqual(['raised door-opened']);
    expect(say('constructor', 'ON')).toEqual([]);
  });

  test.each([
    'homeassistant/light/x/config',
    'homeassistant/binary_sensor/config',
    'homeassistant/binary_sensor/a/b/c/config',
    'homeassistant/binary_sensor/a b/config',
    'homeassistant/binary_sensor/x/state',
    'other/binary_sensor/x/config',
  ])('takes %s for no announcement', (topic) => {
    const { publish, registry } = site();
    publish(topic, door);
    expect(registry.stats.sensors).toBe(0);
  });

  test('refuses an id too long, one sensor too many and a message too large', () => {
    const { publish, registry, refused } = site({ maxSensors: 2 });
    publish(`homeassistant/binary_sensor/${'n'.repeat(64)}/${'o'.repeat(64)}/config`, door);
    for (const id of ['a', 'b', 'c']) publish(`homeassistant/binary_sensor/${id}/config`, door);
    publish('homeassistant/binary_sensor/a/config', { ...door, name: 'known sensors may change' });
    expect(registry.stats).toMatchObject({ sensors: 2, refused: 2, dropped: 0 });
    expect(refused).toEqual([
      expect.stringMatching(/longer than 128/),
      expect.stringMatching(/2 sensors already/),
    ]);
    publish('d/state', 'x'.repeat(65_537));
    expect(registry.stats.dropped).toBe(1);
  });

  test('refuses an announcement nested beyond reason without harm', () => {
    const { publish, registry } = site();
    publish(doorTopic, `{"state_topic":"t","device":${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
    expect(registry.stats).toMatchObject({ sensors: 0, refused: 1 });
  });
});
