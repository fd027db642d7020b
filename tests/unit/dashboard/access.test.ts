import { describe, expect, test } from 'vitest';
import { mayPublish, mayReceive, maySubscribe } from '../../../dashboard/server/src/broker/access.ts';
import type { Account } from '../../../dashboard/server/src/broker/broker.ts';

const gateway: Account = { kind: 'gateway', gatewayId: 'gw-a' };
const sensors: Account = { kind: 'sensors', name: 's', gatewayId: 'gw-a' };

describe('a gateway', () => {
  test.each(['state', 'event', 'health', 'reported', 'reply'])('sends on its %s', (channel) => {
    expect(mayPublish(gateway, `pingan/v1/gw-a/${channel}`)).toBe(true);
    expect(mayPublish(gateway, `pingan/v1/gw-b/${channel}`)).toBe(false);
    expect(mayReceive(gateway, `pingan/v1/gw-a/${channel}`)).toBe(false);
  });

  test.each(['receipt', 'desired', 'cmd/live.start'])('receives %s and cannot send it', (channel) => {
    expect(mayReceive(gateway, `pingan/v1/gw-a/${channel}`)).toBe(true);
    expect(mayReceive(gateway, `pingan/v1/gw-b/${channel}`)).toBe(false);
    expect(mayPublish(gateway, `pingan/v1/gw-a/${channel}`)).toBe(false);
  });

  test.each([
    'pingan/v1/gw-a/receipt',
    'pingan/v1/gw-a/cmd/+',
    'pingan/v1/gw-a/desired',
    'homeassistant/#',
  ])('may subscribe to %s', (filter) => expect(maySubscribe(gateway, filter)).toBe(true));

  test.each([
    '#',
    '+/v1/gw-a/cmd/+',
    'pingan/#',
    'pingan/v1/+/receipt',
    'pingan/v1/gw-b/receipt',
    '$share/g/pingan/v1/gw-a/receipt',
  ])('may not subscribe to %s', (filter) => expect(maySubscribe(gateway, filter)).toBe(false));

  test('sees the discovery of its own node only', () => {
    expect(mayReceive(gateway, 'homeassistant/sensor/gw-a/t/config')).toBe(true);
    expect(mayReceive(gateway, 'homeassistant/sensor/gw-b/t/config')).toBe(false);
    expect(mayReceive(gateway, 'homeassistant/sensor/t/config')).toBe(false);
  });
});

describe('a sensor account', () => {
  test.each([
    'homeassistant/sensor/gw-a/t/config',
    'sensors/gw-a/t/state',
    'gw-a/t/state',
  ])('sends on %s', (topic) => expect(mayPublish(sensors, topic)).toBe(true));

  test.each([
    'homeassistant/sensor/gw-b/t/config',
    'sensors/gw-b/t',
    'pingan/v1/gw-a/event',
    'homeassistant/status',
    '',
  ])('cannot send on "%s"', (topic) => expect(mayPublish(sensors, topic)).toBe(false));

  test('never receives what is for a gateway', () => {
    expect(mayReceive(sensors, 'pingan/v1/gw-a/desired')).toBe(false);
    expect(maySubscribe(sensors, 'pingan/v1/gw-a/desired')).toBe(false);
  });
});
