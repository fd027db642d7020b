import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { DesiredConfigurationSchema, decoderOf, SignedTextSchema, topicOf } from '@pingan/models/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayCredentials } from '../../../dashboard/server/src/fleet/fleet.ts';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { anEvent } from '../../support/events.ts';
import { connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';

let dashboard: RunningDashboard;
let own: GatewayCredentials;
let victim: FakeGateway;

beforeAll(async () => {
  dashboard = await startDashboard();
  own = await dashboard.addGateway('gw-evil');
  victim = await connectGateway(await dashboard.addGateway('gw-good'));
  await victim.sayState('online');
});
afterAll(async () => {
  await victim?.end();
  await dashboard?.stop();
});

const connect = (options: mqtt.IClientOptions) =>
  mqtt.connectAsync(own.brokerUrl, { protocolVersion: 4, reconnectPeriod: 0, ...options });
const asEvil = (options: mqtt.IClientOptions = {}) =>
  connect({ username: 'gw-evil', password: own.token, clientId: 'gw-evil', ...options });

const closing = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

async function withClient<T>(
  client: Promise<MqttClient>,
  work: (client: MqttClient) => Promise<T>,
): Promise<T> {
  const connected = await client;
  connected.on('error', () => {});
  try {
    return await work(connected);
  } finally {
    await connected.endAsync(true);
  }
}

describe('who may connect', () => {
  test.each([
    ['nobody', {}],
    ['a wrong token', { username: 'gw-evil', password: 'x'.repeat(43) }],
    ['a token of another gateway', { username: 'gw-good', password: 'OTHER' }],
    ['a name that is no id', { username: "gw'; drop table gateways --", password: 'x' }],
  ])('%s is refused', async (_who, credentials) => {
    const password = 'password' in credentials && credentials.password === 'OTHER' ? own.token : undefined;
    const attempt = connect({
      clientId: 'any',
      ...credentials,
      ...(password === undefined ? {} : { password }),
    });
    await expect(attempt).rejects.toThrow(/Not authorized|Bad user/i);
  });

  test('a client id of another gateway takes over nothing', async () => {
    await withClient(asEvil({ clientId: 'gw-good' }), async () => {
      await victim.sendEvents([anEvent({ gatewayId: 'gw-good' })], 1);
      await victim.receiptOf(1);
      expect(victim.client.connected).toBe(true);
    });
  });

  test('a void token is refused after it was replaced', async () => {
    const before = await dashboard.addGateway('gw-twice');
    await dashboard.addGateway('gw-twice');
    const attempt = connect({ username: 'gw-twice', password: before.token, clientId: 'gw-twice' });
    await expect(attempt).rejects.toThrow(/Not authorized|Bad user/i);
  });
});

describe('one gateway against another', () => {
  test('publishing on its channels ends the connection and changes nothing', async () => {
    await withClient(asEvil(), async (client) => {
      const closed = closing(client);
      client.publish(topicOf('gw-good', 'state'), JSON.stringify({ kind: 'offline' }), {
        qos: 1,
        retain: true,
      });
      await closed;
    });
    await dashboard.ingest.processAll();
    expect(JSON.stringify((await dashboard.api('/api/v1/gateways')).body)).toMatch(
      /"gw-good".{0,60}"online"/,
    );
  });

  test.each([
    '#',
    '+/#',
    'pingan/#',
    'pingan/v1/+/cmd/+',
    'pingan/v1/gw-good/#',
    'pingan/v1/gw-good/receipt',
    '$SYS/#',
  ])('a subscription to %s is refused', async (filter) => {
    await withClient(asEvil(), async (client) => {
      const answer = await client.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
      expect(answer.map(({ qos }) => qos)).toEqual([128]);
    });
  });

  test('a last will on its state topic is not spoken', async () => {
    const will = {
      topic: topicOf('gw-good', 'state'),
      payload: Buffer.from('{}'),
      qos: 1 as const,
      retain: true,
    };
    await withClient(asEvil({ will }), async (client) => {
      client.stream.destroy();
    });
    await victim.sendEvents([anEvent({ gatewayId: 'gw-good' })], 2);
    await victim.receiptOf(2);
    expect((await dashboard.api('/api/v1/gateways')).body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id: 'gw-good', state: { kind: 'online', since: expect.any(String) } }),
      ]),
    });
  });

  test('malformed and oversized packets end their own connection only', async () => {
    const port = Number(new URL(own.brokerUrl).port);
    const garbage = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(64, 0xff),
      Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]),
    ];
    for (const bytes of garbage) {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(bytes);
      await once(socket, 'close');
    }
    await victim.sendEvents([anEvent({ gatewayId: 'gw-good' })], 3);
    await victim.receiptOf(3);
  });
});

describe('sensors', () => {
  test('of a site reach their own gateway and no other', async () => {
    const account = await dashboard.fleet.addSensorUser({
      name: 'site-good',
      gatewayId: 'gw-good',
      actor: 'test',
    });
    const topic = (node: string) => `homeassistant/binary_sensor/${node}/smoke/config`;
    const sensors = connect({ username: account.username, password: account.password, clientId: 'sim-1' });
    await withClient(sensors, async (client) => {
      await client.publishAsync(topic('gw-good'), '{"name":"smoke"}', { qos: 1, retain: true });
    });
    const seenBy = async (access: Promise<MqttClient>) => {
      const seen: string[] = [];
      await withClient(access, async (client) => {
        client.on('message', (name) => seen.push(name));
        await client.subscribeAsync('homeassistant/#', { qos: 1 });
        await client.publishAsync(`pingan/v1/${client.options.username}/reply`, '{}', { qos: 1 });
        await client.subscribeAsync(`sensors/${client.options.username}/#`, { qos: 1 });
        await until('retained messages', () => seen.length > 0, 700).catch(() => {});
      });
      return seen;
    };
    const good = await dashboard.addGateway('gw-good');
    expect(
      await seenBy(connect({ username: 'gw-good', password: good.token, clientId: 'gw-good:sensors' })),
    ).toEqual([topic('gw-good')]);
    expect(await seenBy(asEvil({ clientId: 'gw-evil:sensors' }))).toEqual([]);
  });

  test('may not speak for another site, nor on a gateway’s channels', async () => {
    const account = await dashboard.fleet.addSensorUser({
      name: 'site-evil',
      gatewayId: 'gw-evil',
      actor: 'test',
    });
    for (const topic of [
      'homeassistant/sensor/gw-good/x/config',
      'pingan/v1/gw-evil/event',
      'homeassistant/sensor/x/config',
    ]) {
      await withClient(
        connect({ username: account.username, password: account.password }),
        async (client) => {
          const closed = closing(client);
          client.publish(topic, '{}', { qos: 1 });
          await closed;
        },
      );
    }
  });
});

describe('desired configuration', () => {
  test('is signed, retained and sent again by a broker that starts empty', async () => {
    const answer = await dashboard.api('/api/v1/gateways/gw-good/configuration', {
      method: 'PUT',
      body: { rules: [] },
    });
    expect(answer.body).toMatchObject({ desired: { version: 1, rules: [] } });
    const topic = topicOf('gw-good', 'desired');
    const sent = await until('the configuration', () =>
      victim.messages.find((message) => message.topic === topic),
    );
    const { text, signature } = decoderOf(SignedTextSchema).decode(sent.payload);
    const key = createPublicKey(own.commandPublicKey);
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(decoderOf(DesiredConfigurationSchema).decode(text)).toMatchObject({
      gatewayId: 'gw-good',
      version: 1,
    });
  });

  test('is signed by a key that only the server can read', async () => {
    const file = join(dashboard.dataDir, 'command-key.pem');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('PRIVATE KEY');
  });
});
