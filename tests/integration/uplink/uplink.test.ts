import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Command,
  decoderOf,
  EventBatchSchema,
  GatewayStateSchema,
  type Receipt,
  topicOf,
  toRanges,
} from '@pingan/models/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { Outbox } from '../../../gateway/src/outbox/outbox.ts';
import { Uplink } from '../../../gateway/src/uplink/uplink.ts';
import { anEvent } from '../../support/events.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';

const GATEWAY = 'gw-test';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

/** A centre that commits what it gets and answers as the test wants: it may lose, double or delay receipts. */
class FakeCentre {
  readonly committed = new Map<string, number>();
  readonly states: string[] = [];
  answer: (receipt: Receipt) => Receipt[] = (receipt) => [receipt];
  client!: MqttClient;

  async start(url: string): Promise<void> {
    this.client = await mqtt.connectAsync(url, { clientId: `centre-${randomUUID()}` });
    this.client.on('message', (topic, payload) => {
      if (topic.endsWith('/state')) this.states.push(decoderOf(GatewayStateSchema).decode(payload).kind);
      else this.onBatch(payload);
    });
    await this.client.subscribeAsync([topicOf(GATEWAY, 'event'), topicOf(GATEWAY, 'state')], { qos: 1 });
  }

  onBatch(payload: Buffer): void {
    const batch = decoderOf(EventBatchSchema).decode(payload);
    for (const { id } of batch) this.committed.set(id, (this.committed.get(id) ?? 0) + 1);
    const first = batch[0];
    if (!first) return;
    const receipt: Receipt = {
      gatewayId: GATEWAY,
      outboxId: first.data.delivery.outboxId,
      ranges: toRanges(batch.map(({ data }) => data.delivery.sequence)),
      rejected: [],
      at: new Date().toISOString(),
    };
    for (const each of this.answer(receipt))
      this.client.publish(topicOf(GATEWAY, 'receipt'), JSON.stringify(each), { qos: 1 });
  }
}

let folder = '';
let outbox: Outbox;
let centre: FakeCentre;
let uplink: Uplink;
let commands: Command[] = [];
let lastSequence = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pingan-uplink-'));
  outbox = new Outbox({ path: join(folder, 'outbox.db'), clock: systemClock, log: silentLogger });
  outbox.start();
  commands = [];
  lastSequence = 0;
  centre = new FakeCentre();
  await centre.start(broker.url);
  uplink = new Uplink({
    gatewayId: GATEWAY,
    brokerUrl: broker.url,
    token: 'not-checked-by-this-broker',
    commandKey: publicKey,
    bootId: randomUUID(),
    software: 'test',
    queue: outbox,
    ledger: {
      last: () => lastSequence,
      record: (sequence) => {
        lastSequence = sequence;
      },
    },
    handlers: {
      onCommand: async (command) => {
        commands.push(command);
        return { kind: 'done' };
      },
      onDesired: ({ version }) => ({
        gatewayId: GATEWAY,
        version,
        at: new Date().toISOString(),
        rules: 0,
        errors: [],
      }),
      onClockOffset: () => {},
    },
    clock: systemClock,
    log: silentLogger,
    window: {
      maxInFlight: 20,
      maxInFlightBytes: 1e6,
      maxBatchRows: 5,
      maxBatchBytes: 1e5,
      resendAfterMs: 1000,
    },
  });
});
afterEach(async () => {
  await uplink.stop();
  await outbox.stop();
  await centre.client.endAsync(true);
  rmSync(folder, { recursive: true, force: true });
});

const append = (count: number) =>
  Promise.all(Array.from({ length: count }, () => outbox.append(anEvent({ gatewayId: GATEWAY }))));
const empty = () => expect.poll(() => outbox.stats().pending, { timeout: 20_000 }).toBe(0);

test('delivers what waits in the outbox and what comes later, and says hello and goodbye', async () => {
  await append(50);
  uplink.start();
  await empty();
  await append(7);
  await empty();
  expect(centre.committed.size).toBe(57);
  await uplink.stop();
  await expect.poll(() => centre.states).toEqual(['online', 'offline']);
});

test('loses nothing when receipts are lost, doubled, late or meant for another outbox', async () => {
  const late: Receipt[] = [];
  let n = 0;
  centre.answer = (receipt) => {
    n += 1;
    if (n % 4 === 1) return [];
    if (n % 4 === 2) return [receipt, receipt];
    if (n % 4 === 3) return [{ ...receipt, outboxId: randomUUID() }];
    late.push(receipt);
    return late.splice(0, late.length > 1 ? late.length : 0);
  };
  uplink.start();
  const places = await append(60);
  await expect.poll(() => centre.committed.size, { timeout: 20_000 }).toBe(60);
  expect(outbox.stats().pending).toBeGreaterThan(0);
  centre.answer = (receipt) => [receipt];
  await empty();
  expect(centre.committed.size).toBe(places.length);
});

test('obeys a signed command once, and none that is replayed or signed by another', async () => {
  uplink.start();
  await expect.poll(() => uplink.stats.connected).toBe(true);
  await expect.poll(() => centre.states).toContain('online');
  const at = Date.now();
  const text = JSON.stringify({
    id: anEvent().id,
    gatewayId: GATEWAY,
    sequence: 1,
    issuedAt: new Date(at).toISOString(),
    expiresAt: new Date(at + 30_000).toISOString(),
    name: 'live.stop',
    arguments: { cameraId: 'cam-1' },
  });
  const send = (signature: Buffer) =>
    centre.client.publishAsync(
      topicOf(GATEWAY, 'cmd', 'live.stop'),
      JSON.stringify({ text, signature: signature.toString('base64url') }),
      { qos: 1 },
    );
  const forged = sign(null, Buffer.from(text), generateKeyPairSync('ed25519').privateKey);
  const genuine = sign(null, Buffer.from(text), privateKey);
  await expect
    .poll(
      async () => {
        if (uplink.stats.refused === 0) await send(forged);
        return uplink.stats.refused;
      },
      { timeout: 5000 },
    )
    .toBeGreaterThan(0);
  const refused = uplink.stats.refused;
  await send(genuine);
  await send(genuine);
  await expect.poll(() => uplink.stats.refused).toBe(refused + 1);
  expect(commands).toMatchObject([{ name: 'live.stop', sequence: 1 }]);
});
