import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CommandSchema,
  decoderOf,
  type SafetyEvent,
  SignedTextSchema,
  topicOf,
} from '@pingan/models/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import {
  type EvidenceStore,
  type GatewayKey,
  UploadClient,
  Uploader,
} from '../../../gateway/src/evidence/index.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { type CuttingProxy, startCuttingProxy } from '../../support/cutting-proxy.ts';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';
import { evidenceFolder, evidenceStore, PlayedCamera } from './evidence-kit.ts';

const SHORT = { beforeMs: 4000, afterMs: 6000, longestMs: 60_000 };
const signal = new AbortController().signal;

let dashboard: RunningDashboard;
let proxy: CuttingProxy;
let gateway: FakeGateway;
let token = '';
let place: { folder: string; key: GatewayKey; remove(): void };
let store: EvidenceStore;
let street: CodedClip;
let uploader: Uploader | undefined;

beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
  dashboard = await startDashboard();
  const credentials = await dashboard.addGateway('gw-test');
  token = credentials.token;
  place = await evidenceFolder();
  store = evidenceStore(place);
  await store.start();
  gateway = await connectGateway(credentials);
  await gateway.sayState('online', { evidenceKey: place.key.publicKey });
  const url = new URL(dashboard.url);
  proxy = await startCuttingProxy({ host: url.hostname, port: Number(url.port) });
  await until(
    'the key to be known',
    async () => (await dashboard.store.evidence.keysOf('gw-test')).length === 1,
  );
});
afterAll(async () => {
  await uploader?.stop();
  await gateway?.end();
  await proxy?.stop();
  await dashboard?.stop();
  await store?.stop();
  place?.remove();
});
beforeEach(() => proxy.cutAfter(null));

const client = (pieceBytes?: number) =>
  new UploadClient({
    baseUrl: `http://127.0.0.1:${proxy.port}`,
    ...(pieceBytes === undefined ? {} : { pieceBytes }),
  });

/** An alarm that both sides know, with a clip of ten seconds at the gateway. */
async function recorded(): Promise<SafetyEvent> {
  const camera = new PlayedCamera(street, store, { times: SHORT });
  await camera.play(8);
  const event = await camera.alarm({ origin: { kind: 'camera', id: 'cam-1', name: '北门' } });
  await camera.play(7);
  await camera.recorder.stop();
  await store.processAll();
  await dashboard.store.writeEvents([{ event: { ...event, alarmId: event.id }, jpeg: null }], new Date());
  return event;
}

async function job(alarmId: string) {
  const evidence = store.find(alarmId);
  if (evidence === undefined) throw new Error('no evidence');
  return {
    signed: await store.signedManifest(evidence),
    folder: evidence.folder,
    files: evidence.manifest.files,
    authority: { kind: 'gateway' as const, gatewayId: 'gw-test', token },
  };
}

const standing = async (alarmId: string) => (await dashboard.api(`/api/v1/events/${alarmId}/evidence`)).body;
const clipUrl = (alarmId: string) => `/api/v1/events/${alarmId}/evidence/files/clip.mp4`;

describe('evidence on its way to the centre', () => {
  test('goes on at the offset after the connection was cut again and again, and nothing is sent twice', async () => {
    const event = await recorded();
    const task = await job(event.id);
    const bytes = task.files.reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes).toBeGreaterThan(400_000);
    const state = await client().open(task, signal);
    const before = proxy.passed();
    proxy.cutAfter(100_000);
    let tries = 0;
    for (let done = false; !done && tries < 20; tries += 1) {
      const reached = await client()
        .send(task, state, signal)
        .then(
          () => true,
          () => false,
        );
      done = reached;
    }
    expect(proxy.cuts()).toBeGreaterThanOrEqual(4);
    expect(await standing(event.id)).toMatchObject({ state: 'stored' });
    // Headers and what was on the way when the line broke; far less than sending anything again.
    expect(proxy.passed() - before).toBeLessThan(bytes + tries * 66_000);
    const clip = await dashboard.api(clipUrl(event.id));
    expect(clip.body).toEqual(readFileSync(join(task.folder, 'clip.mp4')));
  });

  test('is refused when a file is not the one that was declared, and taken when the right one comes', async () => {
    const event = await recorded();
    const task = await job(event.id);
    const state = await client().open(task, signal);
    const [file] = task.files;
    const wrong = randomBytes(file?.bytes ?? 0);
    const put = (body: Buffer) =>
      fetch(`${dashboard.url}/api/v1/evidence/uploads/${state.id}/files/clip.mp4`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${state.token}`,
          'content-type': 'application/octet-stream',
          'content-range': `bytes 0-${body.length - 1}/${body.length}`,
        },
        body,
      });
    expect((await put(wrong)).status).toBe(200);
    await expect(client().send(task, state, signal)).rejects.toThrow('422');
    expect(await standing(event.id)).toMatchObject({ state: 'receiving', progress: 0 });
    expect((await dashboard.api(clipUrl(event.id))).status).toBe(404);
    await client().send(task, state, signal);
    expect(await standing(event.id)).toMatchObject({ state: 'stored' });
    expect((await put(wrong)).status).toBe(409);
  });

  test('is refused without a right to it: another key, other words, another gateway, no ticket, more than was declared', async () => {
    const event = await recorded();
    const task = await job(event.id);
    const stranger = await evidenceFolder();
    const forged = stranger.key.sign(JSON.parse(task.signed.text));
    stranger.remove();
    await expect(client().open({ ...task, signed: forged }, signal)).rejects.toThrow('422');
    const words = { ...task.signed, text: task.signed.text.replace('北门', '南门') };
    await expect(client().open({ ...task, signed: words }, signal)).rejects.toThrow('422');
    const other = await dashboard.addGateway('gw-other');
    const asOther = { kind: 'gateway' as const, gatewayId: 'gw-other', token: other.token };
    await expect(client().open({ ...task, authority: asOther }, signal)).rejects.toThrow('422');
    const guessed = { kind: 'ticket' as const, ticket: 'x'.repeat(43) };
    await expect(client().open({ ...task, authority: guessed }, signal)).rejects.toThrow('401');
    await expect(
      client().open({ ...task, authority: { ...task.authority, token: 'x'.repeat(43) } }, signal),
    ).rejects.toThrow('401');
    const state = await client().open(task, signal);
    const path = `${dashboard.url}/api/v1/evidence/uploads/${state.id}/files/clip.mp4`;
    expect((await fetch(path, { method: 'HEAD', headers: { authorization: 'Bearer guessed' } })).status).toBe(
      401,
    );
    const bytes = (task.files[0]?.bytes ?? 0) + 1;
    const tooLong = await fetch(path, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${state.token}`,
        'content-type': 'application/octet-stream',
        'content-range': `bytes 0-${bytes - 1}/${bytes}`,
      },
      body: Buffer.alloc(bytes),
    });
    expect(tooLong.status).toBe(413);
  });
});

describe('evidence that somebody asks for', () => {
  const command = (alarmId: string) =>
    until('the command', () =>
      gateway.messages
        .filter(({ topic }) => topic === topicOf('gw-test', 'cmd', 'clip.upload'))
        .map(({ payload }) =>
          decoderOf(CommandSchema).decode(decoderOf(SignedTextSchema).decode(payload).text),
        )
        .find((one) => one.name === 'clip.upload' && one.arguments.alarmId === alarmId),
    );

  test('comes by a ticket that opens this one upload, and by no other', async () => {
    const event = await recorded();
    const asked = await dashboard.api(`/api/v1/events/${event.id}/evidence`, { method: 'POST', body: {} });
    expect([asked.status, asked.body]).toMatchObject([202, { state: 'asked' }]);
    const order = await command(event.id);
    if (order.name !== 'clip.upload') throw new Error('another command');
    const { ticket } = order.arguments;
    const others = await recorded();
    const foreign = { ...(await job(others.id)), authority: { kind: 'ticket' as const, ticket } };
    await expect(client().open(foreign, signal)).rejects.toThrow('401');
    uploader = new Uploader({
      store,
      client: client(),
      policy: { mode: 'on-demand', severity: 4 },
      own: { kind: 'gateway', gatewayId: 'gw-test', token: 'not used' },
      isRecording: () => false,
      log: silentLogger,
    });
    uploader.start();
    expect(uploader.request(event.id, ticket)).toEqual({ kind: 'done' });
    await uploader.processAll();
    expect(await standing(event.id)).toMatchObject({
      state: 'stored',
      evidence: { clip: { complete: true } },
    });
    expect(store.find(event.id)?.uploaded).toBe(true);
    await expect(
      client().open({ ...foreign, authority: { kind: 'ticket', ticket } }, signal),
    ).rejects.toThrow('401');
  });

  test('is refused in words when the gateway has it no more', async () => {
    const event = await recorded();
    await dashboard.api(`/api/v1/events/${event.id}/evidence`, { method: 'POST', body: {} });
    const order = await command(event.id);
    await gateway.sayReply(order.id, { kind: 'refused', code: 'evidence-gone', message: 'gone' });
    const refused = await until('the refusal', async () => {
      const body = await standing(event.id);
      return JSON.stringify(body).includes('"refused"') && body;
    });
    expect(refused).toMatchObject({ state: 'refused', reason: { zh: '录像已被网关按容量限额清除' } });
  });

  test('cannot be asked for while the gateway is offline', async () => {
    const event = await recorded();
    await gateway.sayState('offline');
    await until('the gateway to be offline', async () =>
      JSON.stringify(await standing(event.id)).includes('"isGatewayOnline":false'),
    );
    const asked = await dashboard.api(`/api/v1/events/${event.id}/evidence`, { method: 'POST', body: {} });
    expect([asked.status, asked.body]).toMatchObject([503, { code: 'gateway-offline' }]);
    await gateway.sayState('online', { evidenceKey: place.key.publicKey });
  });
});

describe('evidence at the centre', () => {
  test('is served in ranges, to those who may watch, and every viewing is in the audit trail before it begins', async () => {
    const event = await recorded();
    const task = await job(event.id);
    await client().send(task, await client().open(task, signal), signal);
    const whole = readFileSync(join(task.folder, 'clip.mp4'));
    const range = (value: string) => dashboard.api(clipUrl(event.id), { headers: { range: value } });
    const [head, tail, beyond] = await Promise.all([
      range('bytes=0-99'),
      range('bytes=-100'),
      range(`bytes=${whole.length}-`),
    ]);
    expect([head.status, head.headers.get('content-range'), head.body]).toEqual([
      206,
      `bytes 0-99/${whole.length}`,
      whole.subarray(0, 100),
    ]);
    expect([tail.status, tail.body]).toEqual([206, whole.subarray(-100)]);
    expect(beyond.status).toBe(416);
    await dashboard.services.sessions.addUser({
      username: 'onlooker',
      password: 'long enough',
      role: 'viewer',
      actor: 'test',
    });
    const onlooker = await dashboard.signIn('onlooker', 'long enough');
    expect((await dashboard.api(clipUrl(event.id), { cookie: onlooker })).status).toBe(403);
    expect((await dashboard.api(clipUrl(event.id), { cookie: '' })).status).toBe(401);
    await dashboard.api(`${clipUrl(event.id)}?download=1`);
    const trail = (await dashboard.store.audit.all()).filter(
      ({ target, action }) => target === event.id && action === 'evidence.view',
    );
    expect(trail.map(({ actor, detail }) => [actor, detail.split(' ')[0]])).toEqual([
      ['admin', 'shown'],
      ['admin', 'saved'],
    ]);
    const manifest = await dashboard.api(`/api/v1/events/${event.id}/evidence/files/manifest.json`);
    expect(manifest.body).toEqual({ ...task.signed, publicKey: place.key.publicKey });
    const digest = createHash('sha256').update(whole).digest('hex');
    expect(JSON.stringify(manifest.body)).toContain(digest);
  });

  test('gives way to newer evidence of the same gateway when its share is full: closed alarms first, then the oldest', async () => {
    const [oldest, closed, newest] = [await recorded(), await recorded(), await recorded()];
    const send = async ({ id }: SafetyEvent) => {
      const task = await job(id);
      await small.send(task, await small.open(task, signal), signal);
    };
    const size = (await job(oldest.id)).files.reduce((sum, file) => sum + file.bytes, 0);
    const limited = await startDashboard({ evidenceMegabytes: (2.5 * size) / 1e6 });
    const credentials = await limited.addGateway('gw-test');
    const small = new UploadClient({ baseUrl: limited.url });
    const saved = token;
    token = credentials.token;
    try {
      await limited.store.writeState(
        {
          gatewayId: 'gw-test',
          kind: 'online',
          bootId: oldest.bootId,
          at: new Date().toISOString(),
          contract: 1,
          software: 'test',
        },
        new Date(),
      );
      await limited.store.evidence.noteKey('gw-test', place.key.publicKey, new Date());
      await limited.store.writeEvents(
        [oldest, closed, newest].map((event) => ({ event: { ...event, alarmId: event.id }, jpeg: null })),
        new Date(),
      );
      await limited.api(`/api/v1/events/${closed.id}/acknowledge`, { method: 'POST', body: {} });
      await limited.api(`/api/v1/events/${closed.id}/close`, { method: 'POST', body: {} });
      await send(oldest);
      await send(closed);
      await send(newest);
      const states = await Promise.all(
        [oldest, closed, newest].map(
          async ({ id }) => (await limited.api(`/api/v1/events/${id}/evidence`)).body,
        ),
      );
      expect(states).toMatchObject([{ state: 'stored' }, { state: 'removed' }, { state: 'stored' }]);
    } finally {
      token = saved;
      await limited.stop();
    }
  });
});
