import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { openStream } from '../../support/event-source.ts';
import { anEvent } from '../../support/events.ts';
import { aCamera, connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';

let dashboard: RunningDashboard;
let gateway: FakeGateway;
let sequence = 0;

beforeAll(async () => {
  dashboard = await startDashboard();
  gateway = await connectGateway(await dashboard.addGateway('gw-test'));
  await gateway.sayState('online');
});
afterAll(async () => {
  await gateway?.end();
  await dashboard?.stop();
});

const open = (lastEventId?: number, cookie = dashboard.cookie) =>
  openStream(`${dashboard.url}/api/v1/stream`, cookie, lastEventId);
const attached = (count: number) =>
  until('the stream to be attached', () => dashboard.services.hub.clientCount === count);

async function raise() {
  const event = anEvent();
  sequence += 1;
  await gateway.sendEvents([event], sequence);
  await gateway.receiptOf(sequence);
  return event.id;
}

test('an event is told as the list shows it, a camera and its gateway too', async () => {
  const stream = await open();
  await attached(1);
  const id = await raise();
  const told = await stream.next('the event', ({ name, data }) => name === 'event' && data.id === id);
  expect(told.data).toEqual(
    Object.fromEntries(
      Object.entries(JSON.parse(JSON.stringify((await dashboard.api(`/api/v1/events/${id}`)).body))).filter(
        ([key]) => key !== 'steps',
      ),
    ),
  );
  await gateway.sayHealth([aCamera()]);
  await stream.next('the camera', ({ name, data }) => name === 'camera' && data.id === 'gw-test:cam-1');
  await stream.next('the gateway', ({ name, data }) => name === 'gateway' && data.id === 'gw-test');
  await dashboard.api(`/api/v1/events/${id}/acknowledge`, { method: 'POST', body: {} });
  await stream.next('the disposal', ({ name, data }) => name === 'event' && data.state === 'acknowledged');
  stream.close();
  await attached(0);
});

test('what was missed is told after Last-Event-ID, each thing once, and then what happens', async () => {
  const before = await open();
  await attached(1);
  const first = await raise();
  const last = await before.next('the event', ({ data }) => data.id === first);
  before.close();
  await attached(0);
  const missed = [await raise(), await raise(), await raise()];
  const stream = await open(last.id);
  await stream.next('the last missed one', ({ data }) => data.id === missed[2]);
  const live = await raise();
  await stream.next('the live one', ({ data }) => data.id === live);
  const ids = stream.told.filter(({ name }) => name === 'event').map(({ data }) => data.id);
  expect(ids).toEqual([...missed, live]);
  const numbers = stream.told.map(({ id }) => id);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  stream.close();
  await attached(0);
});

test('events raised while many streams come and go are lost by none', async () => {
  const start = (await dashboard.store.changes.bounds()).last;
  const raised: string[] = [];
  const streams = [];
  for (let i = 0; i < 8; i += 1) {
    const [stream, id] = await Promise.all([open(start), raise()]);
    streams.push(stream);
    raised.push(id);
  }
  for (const stream of streams) {
    for (const id of raised) await stream.next(`event ${id}`, ({ data }) => data.id === id);
    stream.close();
  }
  await attached(0);
});

test('a number that was never given, or is too old, is answered by a reset', async () => {
  const future = await open(99_999_999);
  const reset = await future.next('the reset', ({ name }) => name === 'reset');
  expect(reset.id).toBe((await dashboard.store.changes.bounds()).last);
  future.close();
  await dashboard.store.changes.prune(new Date(Date.now() + 60_000));
  const old = await open(1);
  await old.next('the reset', ({ name }) => name === 'reset');
  old.close();
  await attached(0);
});

test('a session that ends closes its streams and no other', async () => {
  const cookie = await dashboard.signIn('admin', 'correct horse battery');
  const [mine, other] = [await open(undefined, cookie), await open()];
  await attached(2);
  await dashboard.api('/api/v1/session', { method: 'DELETE', cookie });
  await until('the stream to close', () => !mine.isOpen(), 5000);
  expect(other.isOpen()).toBe(true);
  other.close();
});
