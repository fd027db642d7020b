import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEntityConfig } from '../../../gateway/src/sensors/home-assistant/entity-config.ts';

const parse = (announcement: unknown, component: 'binary_sensor' | 'sensor' = 'binary_sensor') =>
  parseEntityConfig(component, JSON.stringify(announcement), 'object_1');

describe('announcement', () => {
  test('is read under long names', () => {
    const config = parse({
      name: '烟雾',
      state_topic: 'site/smoke/state',
      device_class: 'smoke',
      availability_topic: 'site/smoke/availability',
      payload_on: 'FIRE',
      payload_off: 'CLEAR',
      device: { name: '2 栋烟感' },
    });
    expect(config).toEqual({
      component: 'binary_sensor',
      name: '2 栋烟感 烟雾',
      meaning: { kind: 'smoke', event: 'smoke-alarm' },
      stateTopic: 'site/smoke/state',
      template: undefined,
      on: 'fire',
      off: 'clear',
      unit: '',
      offDelaySeconds: null,
      expireSeconds: null,
      availability: [
        {
          topic: 'site/smoke/availability',
          template: undefined,
          available: 'online',
          notAvailable: 'offline',
        },
      ],
      availabilityMode: 'latest',
    });
  });

  test('is read under abbreviations with a base topic', () => {
    const config = parse({
      '~': 'site/door',
      stat_t: '~/state',
      dev_cla: 'door',
      val_tpl: '{{ value_json.contact }}',
      pl_on: false,
      pl_off: true,
      off_dly: 5,
      exp_aft: 600,
      avty: [{ t: '~/availability', pl_avail: 'up', pl_not_avail: 'down' }, { t: 'bridge/~' }],
      avty_mode: 'all',
      dev: { name: '天台门磁' },
    });
    expect(config).toMatchObject({
      name: '天台门磁',
      stateTopic: 'site/door/state',
      on: 'false',
      off: 'true',
      offDelaySeconds: 5,
      expireSeconds: 600,
      availability: [
        { topic: 'site/door/availability', available: 'up', notAvailable: 'down' },
        { topic: 'bridge/site/door', available: 'online' },
      ],
      availabilityMode: 'all',
    });
  });

  test.each([
    ['smoke', 'smoke', 'smoke-alarm'],
    ['gas', 'gas', 'gas-alarm'],
    ['carbon_monoxide', 'gas', 'gas-alarm'],
    ['moisture', 'water', 'water-leak'],
    ['door', 'door', 'door-opened'],
    ['window', 'door', 'door-opened'],
    ['opening', 'door', 'door-opened'],
    ['garage_door', 'door', 'door-opened'],
    ['motion', 'motion', 'motion-sensed'],
    ['occupancy', 'motion', 'motion-sensed'],
    ['safety', 'sos', 'sos-alarm'],
    ['tamper', 'tamper', 'tamper-alarm'],
    ['battery', 'battery', undefined],
    ['__proto__', 'other', undefined],
    [null, 'other', undefined],
  ])('of class %s is a %s sensor with event %s', (device_class, kind, event) => {
    const { meaning } = parse({ state_topic: 't', device_class });
    expect(meaning).toEqual(event ? { kind, event } : { kind });
  });

  test('of a temperature has a unit and raises nothing', () => {
    const config = parse({ stat_t: 't', dev_cla: 'temperature', unit_of_meas: '°C' }, 'sensor');
    expect(config).toMatchObject({ meaning: { kind: 'temperature' }, unit: '°C' });
  });

  test.each<[string, unknown, RegExp]>([
    ['an announcement without a state topic', { name: 'x' }, /state_topic/],
    ['a wildcard topic', { state_topic: 'site/#' }, /"site\/#" is not allowed/],
    [
      'a wildcard in an availability topic',
      { state_topic: 't', availability: [{ topic: '+' }] },
      /not allowed/,
    ],
    ['a shared subscription', { state_topic: '$share/g/t' }, /not allowed/],
    ['a topic too long after expansion', { '~': 'x'.repeat(2000), state_topic: '~/s' }, /state_topic/],
    ['a template that computes', { state_topic: 't', value_template: '{{ value | int }}' }, /not supported/],
    ['a negative delay', { state_topic: 't', off_delay: -1 }, /off_delay/],
    ['too many availability topics', { state_topic: 't', avty: Array(9).fill({ t: 'a' }) }, /availability/],
    ['a list', [], /not a JSON object/],
  ])('refuses %s', (_, announcement, reason) => {
    expect(() => parse(announcement)).toThrow(reason);
  });

  test('refuses what is not JSON', () => {
    expect(() => parseEntityConfig('sensor', '{', 'x')).toThrow(/not JSON/);
  });

  test('bounds and cleans names', () => {
    const name = `<b>\u0000\u202e烟感\n${'长'.repeat(1000)}`;
    const config = parse({ state_topic: 't', name });
    expect(config.name).toHaveLength(256);
    expect(config.name.startsWith('<b> 烟感 长')).toBe(true);
    expect(parse({ state_topic: 't', name: '\u0007' }).name).toBe('object_1');
    expect(parse({ state_topic: 't', name: '门磁 1', device: { name: '门磁' } }).name).toBe('门磁 1');
  });

  test('gives a configuration or a clear error for anything', () => {
    const keys = ['~', 'state_topic', 'stat_t', 'avty', 'device', 'name', '__proto__', 'val_tpl', 'pl_on'];
    const any = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
    fc.assert(
      fc.property(any, (announcement) => {
        try {
          expect(parse(announcement).stateTopic.length).toBeLessThanOrEqual(1024);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
