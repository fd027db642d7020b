import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { CommandSchema, decoderOf, encodeMedia, SignedTextSchema, topicOf } from '@pingan/models/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { aCamera, connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';

const START = JSON.stringify({
  kind: 'start',
  codec: 'h264',
  mimeCodec: 'avc1.640028',
  width: 768,
  height: 576,
});
const INIT = encodeMedia('init', 0, randomBytes(600));
const key = (at: number) => encodeMedia('key', at, randomBytes(5000));
const delta = (at: number) => encodeMedia('delta', at, randomBytes(800));

let dashboard: RunningDashboard;
let gateway: FakeGateway;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  dashboard = await startDashboard({ liveTimes: { lingerMs: 500, absentMs: 2000, askMs: 800 } });
  gateway = await connectGateway(await dashboard.addGateway('gw-live'));
  await gateway.sayState('online');
  await gateway.sayHealth(['a', 'b', 'c', 'd'].map((name) => aCamera({ cameraId: `cam-${name}` })));
  await until(
    'the cameras',
    async () => (await dashboard.api('/api/v1/cameras/gw-live:cam-d')).status === 200,
  );
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});
afterAll(async () => {
  await gateway?.end();
  await dashboard?.stop();
});

type Viewing = { socket: WebSocket; got: (string | Buffer)[]; closed: Promise<number> };

async function ticketUrl(cameraId: string, cookie = dashboard.cookie): Promise<string> {
  const path = `/api/v1/cameras/gw-live:${cameraId}/live`;
  const { body } = await dashboard.api(path, { method: 'POST', body: { reason: 'alarm' }, cookie });
  return `${dashboard.url.replace('http', 'ws')}${JSON.parse(JSON.stringify(body)).url}`;
}

async function view(url: string): Promise<Viewing> {
  const socket = new WebSocket(url);
  sockets.push(socket);
  const got: (string | Buffer)[] = [];
  socket.on('message', (data, isBinary) =>
    got.push(isBinary && data instanceof Buffer ? data : String(data)),
  );
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  return { socket, got, closed };
}

const commands = (name: string, cameraId: string) =>
  gateway.messages
    .filter(({ topic }) => topic === topicOf('gw-live', 'cmd', name))
    .map(({ payload }) => decoderOf(CommandSchema).decode(decoderOf(SignedTextSchema).decode(payload).text))
    .filter((command) => 'cameraId' in command.arguments && command.arguments.cameraId === cameraId);

async function ticketOf(cameraId: string, nth = 0): Promise<string> {
  const command = await until('the command', () => commands('live.start', cameraId)[nth]);
  return command.name === 'live.start' ? command.arguments.ticket : '';
}

const mediaUrl = (cameraId: string, gatewayId = 'gw-live') =>
  `${dashboard.url.replace('http', 'ws')}/api/v1/media/publish?gatewayId=${gatewayId}&cameraId=${cameraId}`;

async function publish(cameraId: string, nth = 0): Promise<WebSocket> {
  const socket = new WebSocket(mediaUrl(cameraId), {
    headers: { authorization: `Bearer ${await ticketOf(cameraId, nth)}` },
  });
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

async function refusal(url: string, options = {}): Promise<string> {
  const socket = new WebSocket(url, options);
  const [error] = await once(socket, 'error');
  return String(error);
}

describe('the relay', () => {
  test('brings one stream to many viewers, late ones from the last keyframe, and stops after the last', async () => {
    const first = await view(await ticketUrl('cam-a'));
    const publisher = await publish('cam-a');
    const units = [key(1), delta(2), key(3), delta(4)];
    for (const message of [START, INIT, ...units]) publisher.send(message);
    await until('all units', () => first.got.length === 6);
    expect(first.got).toEqual([START, ...[INIT, ...units].map((bytes) => Buffer.from(bytes))]);
    const late = await view(await ticketUrl('cam-a'));
    await until('the catch-up', () => late.got.length === 4);
    expect(late.got).toEqual([START, ...[INIT, ...units.slice(2)].map((bytes) => Buffer.from(bytes))]);
    expect(commands('live.start', 'cam-a')).toHaveLength(1);
    const ended = once(publisher, 'close');
    first.socket.close();
    late.socket.close();
    await ended;
    await until('the stop command', () => commands('live.stop', 'cam-a').length === 1);
  });

  test('asks the gateway again when its connection breaks, and viewers go on', async () => {
    const viewer = await view(await ticketUrl('cam-b'));
    const publisher = await publish('cam-b');
    for (const message of [START, INIT, key(1)]) publisher.send(message);
    await until('the first picture', () => viewer.got.length === 3);
    publisher.terminate();
    const again = await publish('cam-b', 1);
    for (const message of [START, INIT, delta(5), key(6)]) again.send(message);
    await until('the picture after', () => viewer.got.length === 6);
    expect(viewer.got[5]?.at(0)).toBe(1);
  });

  test('tells viewers when the gateway never comes', async () => {
    const viewer = await view(await ticketUrl('cam-c'));
    expect(await viewer.closed).toBe(1013);
    expect(viewer.got).toEqual([JSON.stringify({ kind: 'error', code: 'camera-unavailable' })]);
    expect(commands('live.start', 'cam-c').length).toBeGreaterThan(1);
  });

  test('ends a publisher that breaks the contract', async () => {
    await view(await ticketUrl('cam-d'));
    const publisher = await publish('cam-d');
    publisher.send(Buffer.from([9, 9, 9]));
    const [code] = await once(publisher, 'close');
    expect(code).toBe(1008);
  });
});

describe('rights', () => {
  test('a ticket opens once', async () => {
    const url = await ticketUrl('cam-a');
    await view(url);
    expect(await refusal(url)).toMatch(/401/);
  });

  test('no ticket, a guessed one and a foreign page are refused', async () => {
    const base = `${dashboard.url.replace('http', 'ws')}/api/v1/live`;
    expect(await refusal(base)).toMatch(/401/);
    expect(await refusal(`${base}?ticket=${'A'.repeat(43)}`)).toMatch(/401/);
    expect(await refusal(await ticketUrl('cam-a'), { origin: 'https://evil.example' })).toMatch(/403/);
    expect(await refusal(`${dashboard.url.replace('http', 'ws')}/elsewhere`)).toMatch(/404/);
  });

  test('a gateway’s ticket is good for its camera only', async () => {
    const before = commands('live.start', 'cam-b').length;
    await view(await ticketUrl('cam-b'));
    const ticket = await ticketOf('cam-b', before);
    const headers = { authorization: `Bearer ${ticket}` };
    expect(await refusal(mediaUrl('cam-a'), { headers })).toMatch(/401/);
    expect(await refusal(mediaUrl('cam-b', 'gw-other'), { headers })).toMatch(/401/);
    expect(await refusal(mediaUrl('cam-b'))).toMatch(/401/);
  });

  test('a viewing ends with its session', async () => {
    const cookie = await dashboard.signIn('admin', 'correct horse battery');
    const viewer = await view(await ticketUrl('cam-a', cookie));
    await dashboard.api('/api/v1/session', { method: 'DELETE', cookie });
    expect(await viewer.closed).toBe(1008);
  });

  test('a viewing ends within five seconds when the session is ended elsewhere', async () => {
    const cookie = await dashboard.signIn('admin', 'correct horse battery');
    const viewer = await view(await ticketUrl('cam-a', cookie));
    const identity = await dashboard.services.sessions.find(cookie.split('=')[1] ?? '');
    const since = performance.now();
    await dashboard.store.people.removeSession(Buffer.from(identity?.sessionHash ?? '', 'hex'));
    await viewer.closed;
    expect(performance.now() - since).toBeLessThan(5000);
  });

  test('every viewing is in the log with who and why', async () => {
    await ticketUrl('cam-a');
    const log = await dashboard.store.places.viewings();
    expect(log.at(-1)).toMatchObject({
      username: 'admin',
      gatewayId: 'gw-live',
      cameraId: 'cam-a',
      reason: 'alarm',
    });
  });
});
