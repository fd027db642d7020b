/** Main and sub-stream of one camera at the centre, and what viewers are told when the gateway refuses. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type Command,
  CommandSchema,
  decoderOf,
  encodeMedia,
  type Reply,
  SignedTextSchema,
  topicOf,
} from '@pingan/models/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { aCamera, connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';

const ID = 'gw-profiles';
const START = JSON.stringify({
  kind: 'start',
  codec: 'h264',
  mimeCodec: 'avc1.640028',
  width: 768,
  height: 576,
});
const INIT = encodeMedia('init', 0, randomBytes(600));
let dashboard: RunningDashboard;
let gateway: FakeGateway;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  dashboard = await startDashboard({ liveTimes: { lingerMs: 300, absentMs: 1500, askMs: 600 } });
  gateway = await connectGateway(await dashboard.addGateway(ID));
  await gateway.sayState('online');
  await gateway.sayHealth(['a', 'b', 'c'].map((name) => aCamera({ cameraId: `cam-${name}` })));
  await until('the cameras', async () => (await dashboard.api(`/api/v1/cameras/${ID}:cam-c`)).status === 200);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});
afterAll(async () => {
  await gateway?.end();
  await dashboard?.stop();
});

async function view(cameraId: string, body: object) {
  const path = `/api/v1/cameras/${ID}:${cameraId}/live`;
  const answer = await dashboard.api(path, { method: 'POST', body: { reason: 'patrol', ...body } });
  expect(answer.status).toBe(200);
  const url = `${dashboard.url.replace('http', 'ws')}${JSON.parse(JSON.stringify(answer.body)).url}`;
  const socket = new WebSocket(url);
  sockets.push(socket);
  const got: string[] = [];
  socket.on('message', (data, isBinary) => got.push(isBinary ? 'media' : String(data)));
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  return { got, closed };
}

type Start = Extract<Command, { name: 'live.start' }>;
const startOf = (cameraId: string, profile: 'main' | 'sub'): Promise<Start> =>
  until(`the command for ${cameraId} ${profile}`, () =>
    gateway.messages
      .filter(({ topic }) => topic === topicOf(ID, 'cmd', 'live.start'))
      .map(({ payload }) => decoderOf(CommandSchema).decode(decoderOf(SignedTextSchema).decode(payload).text))
      .filter((command) => command.name === 'live.start')
      .find(({ arguments: asked }) => asked.cameraId === cameraId && (asked.profile ?? 'sub') === profile),
  );

async function publish(command: Start): Promise<WebSocket> {
  const { cameraId, ticket } = command.arguments;
  const url = `${dashboard.url.replace('http', 'ws')}/api/v1/media/publish?gatewayId=${ID}&cameraId=${cameraId}`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${ticket}` } });
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

const refuse = (command: Start, code: string): Promise<unknown> =>
  gateway.client.publishAsync(
    topicOf(ID, 'reply'),
    JSON.stringify({
      commandId: command.id,
      gatewayId: ID,
      at: new Date().toISOString(),
      outcome: { kind: 'refused', code, message: 'because' },
    } satisfies Reply),
    { qos: 1 },
  );

test('main and sub-stream of a camera are two streams, each with its own ticket', async () => {
  const [grid, large] = [await view('cam-a', {}), await view('cam-a', { profile: 'main' })];
  const [sub, main] = [await startOf('cam-a', 'sub'), await startOf('cam-a', 'main')];
  expect('profile' in sub.arguments).toBe(false);
  await expect(publish(main)).rejects.toThrow('401');
  const small = await publish(sub);
  for (const message of [START, INIT, encodeMedia('key', 1, randomBytes(50))]) small.send(message);
  await until('the small picture', () => grid.got.length === 3);
  expect(large.got).toEqual([]);
});

test('a camera that must not be relayed says so at once, in words that the page knows', async () => {
  const viewer = await view('cam-b', {});
  await refuse(await startOf('cam-b', 'sub'), 'masked');
  expect(await viewer.closed).toBe(1013);
  expect(viewer.got).toEqual([JSON.stringify({ kind: 'error', code: 'masked' })]);
});

test('a camera that may come back is waited for, and then the reason is told', async () => {
  const viewer = await view('cam-c', {});
  await refuse({ ...(await startOf('cam-c', 'sub')), id: randomUUID() }, 'masked');
  await refuse(await startOf('cam-c', 'sub'), 'not-streaming');
  expect(await viewer.closed).toBe(1013);
  expect(viewer.got).toEqual([JSON.stringify({ kind: 'error', code: 'not-streaming' })]);
});
