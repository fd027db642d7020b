import { createHash, randomBytes } from 'node:crypto';
import { type SafetyEvent, toCloudEvent, topicOf, uuidV7 } from '@pingan/models/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningDashboard, SAMPLE_GRID, startDashboard } from '../../support/dashboard.ts';
import { anEvent } from '../../support/events.ts';
import { aCamera, aSensor, connectGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { until } from '../../support/until.ts';

let dashboard: RunningDashboard;
let gateway: FakeGateway;
let sequence = 1;

beforeAll(async () => {
  dashboard = await startDashboard();
  gateway = await connectGateway(await dashboard.addGateway('gw-test'));
  await gateway.sayState('online');
});
afterAll(async () => {
  await gateway?.end();
  await dashboard?.stop();
});

const newId = () => uuidV7(Date.now(), randomBytes(10));

/** Sends and waits for the receipt of the last one. */
async function deliver(events: SafetyEvent[]) {
  const first = sequence;
  sequence += events.length;
  await gateway.sendEvents(events, first);
  return gateway.receiptOf(sequence - 1);
}

const eventOf = async (id: string) => (await dashboard.api(`/api/v1/events/${id}`)).body;

describe('events', () => {
  test('are in the database when their receipt arrives', async () => {
    const event = anEvent();
    await deliver([event]);
    expect(await dashboard.store.alarms.find(event.id)).toMatchObject({ gatewayId: 'gw-test', raised: true });
  });

  test('sent twice are stored once and receipted both times', async () => {
    const events = [anEvent(), anEvent(), anEvent()];
    await deliver(events);
    const again = await deliver(events);
    expect(again.rejected).toEqual([]);
    const listed = await dashboard.store.alarms.findMany(events.map(({ id }) => id));
    expect(listed).toHaveLength(3);
    const metrics = await dashboard.services.metrics.text();
    expect(metrics).toMatch(/pingan_ingest_total\{outcome="duplicates"\} 3/);
  });

  test('of one message that hold the same event twice count once', async () => {
    const event = anEvent();
    const receipt = await deliver([event, event]);
    expect(receipt.rejected).toEqual([]);
    expect(await dashboard.store.alarms.findMany([event.id])).toHaveLength(1);
  });

  test('around a poisonous one are stored, and it is rejected with the reason', async () => {
    const [before, after] = [anEvent(), anEvent()];
    const poison = toCloudEvent(anEvent(), { outboxId: gateway.outboxId, sequence: sequence + 1 });
    const batch = [
      toCloudEvent(before, { outboxId: gateway.outboxId, sequence }),
      { ...poison, data: { ...poison.data, event: { ...poison.data.event, severity: 9 } } },
      toCloudEvent(after, { outboxId: gateway.outboxId, sequence: sequence + 2 }),
      { nothing: 'readable' },
    ];
    const first = sequence;
    sequence += 3;
    await gateway.client.publishAsync(topicOf('gw-test', 'event'), JSON.stringify(batch), { qos: 1 });
    await gateway.receiptOf(first + 2);
    const rejection = (await gateway.receiptOf(first + 1)).rejected.find((one) => one.sequence === first + 1);
    expect(rejection?.reason).toMatch(/severity/);
    expect(await dashboard.store.alarms.findMany([before.id, after.id])).toHaveLength(2);
  });

  test('that say they come from another gateway are rejected', async () => {
    const foreign = anEvent({ gatewayId: 'gw-other' });
    const receipt = await deliver([foreign]);
    expect(receipt.rejected[0]?.reason).toMatch(/gatewayId/);
    expect(await dashboard.store.alarms.find(foreign.id)).toBeUndefined();
  });

  test('whose envelope differs from the event inside are rejected', async () => {
    const event = toCloudEvent(anEvent(), { outboxId: gateway.outboxId, sequence });
    const lie = { ...event, subject: 'camera/another' };
    sequence += 1;
    await gateway.client.publishAsync(topicOf('gw-test', 'event'), JSON.stringify([lie]), { qos: 1 });
    expect((await gateway.receiptOf(sequence - 1)).rejected[0]?.reason).toMatch(/subject/);
  });

  test('keep a device name that no database text can hold', async () => {
    const event = anEvent({ origin: { kind: 'camera', id: 'cam-1', name: 'a\0b\ud800c' } });
    const receipt = await deliver([event]);
    expect(receipt.rejected).toEqual([]);
    expect((await dashboard.store.alarms.find(event.id))?.originName).toBe('a\ufffdb\ufffdc');
  });

  test('that clear an alarm end it, in either order of arrival', async () => {
    const raised = anEvent();
    const cleared = anEvent({ id: newId(), alarmId: raised.id, phase: 'cleared' });
    await deliver([cleared]);
    await deliver([raised]);
    expect(await eventOf(raised.id)).toMatchObject({ active: false, state: 'new', detail: raised.detail });
    const second = anEvent();
    await deliver([second]);
    expect(await eventOf(second.id)).toMatchObject({ active: true, clearedAt: null });
    await deliver([
      anEvent({ id: newId(), alarmId: second.id, phase: 'cleared', occurredAt: '2026-11-22T08:00:00.000Z' }),
    ]);
    expect(await eventOf(second.id)).toMatchObject({ active: false, clearedAt: '2026-11-22T08:00:00.000Z' });
  });

  test('bring a picture that comes back byte for byte', async () => {
    const jpeg = randomBytes(60_000);
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    const snapshot = { width: 640, height: 480, sha256, jpegBase64: jpeg.toString('base64') };
    const event = anEvent({ snapshot });
    await deliver([event]);
    const answer = await dashboard.api(`/api/v1/events/${event.id}/snapshot`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(answer.body).toEqual(jpeg);
    expect(await eventOf(event.id)).toMatchObject({ snapshotSize: { width: 640, height: 480 } });
    const forged = await deliver([anEvent({ snapshot: { ...snapshot, sha256: 'a'.repeat(64) } })]);
    expect(forged.rejected[0]?.reason).toMatch(/digest/);
  });

  test('from a clock in 1970 and one in 2099 are stored', async () => {
    const events = ['1970-01-01T00:00:01.000Z', '2099-01-01T00:00:00.000Z'].map((occurredAt) =>
      anEvent({ occurredAt }),
    );
    const receipt = await deliver(events);
    expect(receipt.rejected).toEqual([]);
    expect(await dashboard.store.alarms.findMany(events.map(({ id }) => id))).toHaveLength(2);
  });

  test('never touch an alarm of another gateway, and cannot spend its ids', async () => {
    const other = await connectGateway(await dashboard.addGateway('gw-thief'));
    try {
      const mine = anEvent();
      await other.sendEvents([{ ...mine, gatewayId: 'gw-thief', alarmId: mine.id }], 1);
      await other.receiptOf(1);
      const later = anEvent();
      await deliver([later]);
      await other.sendEvents([anEvent({ gatewayId: 'gw-thief', alarmId: later.id, phase: 'cleared' })], 2);
      await other.receiptOf(2);
      expect(await eventOf(later.id)).toMatchObject({ active: true, gatewayId: 'gw-test' });
    } finally {
      await other.end();
    }
  });

  test('that are no JSON at all are counted and do no harm', async () => {
    await gateway.client.publishAsync(topicOf('gw-test', 'event'), '{"half":', { qos: 1 });
    const event = anEvent();
    await deliver([event]);
    expect(await dashboard.services.metrics.text()).toMatch(/outcome="malformed"\} [1-9]/);
  });
});

describe('health', () => {
  test('shows cameras and sensors, and hides them when the gateway’s will speaks', async () => {
    const doomed = await connectGateway(await dashboard.addGateway('gw-doomed'));
    await doomed.sayState('online');
    await doomed.sayHealth([aCamera()], [aSensor()]);
    const camera = async () => {
      await dashboard.ingest.processAll();
      return (await dashboard.api('/api/v1/cameras/gw-doomed:cam-1')).body;
    };
    expect(await camera()).toMatchObject({
      state: { kind: 'streaming' },
      stateText: { zh: '正常' },
      picture: { good: true },
      area: { code: SAMPLE_GRID },
    });
    doomed.cut();
    const unknown = await until('the camera to be unknown', async () => {
      const body = await camera();
      return JSON.stringify(body).includes('"kind":"unknown"') ? body : null;
    });
    expect(unknown).toMatchObject({ packets: null, picture: null });
    expect((await dashboard.api('/api/v1/gateways')).body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id: 'gw-doomed', state: expect.objectContaining({ kind: 'offline' }) }),
      ]),
    });
    expect((await dashboard.api('/api/v1/sensors')).body).toMatchObject({
      items: [expect.objectContaining({ id: 'gw-doomed:smoke-1', available: false })],
    });
  });

  test('of a camera that comes and goes becomes seconds by state', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 8, 0, second));
    const report = (camera: Parameters<typeof aCamera>[0]) => ({
      gatewayId: 'gw-test',
      bootId: newId(),
      at: at(0).toISOString(),
      cameras: [aCamera({ cameraId: 'cam-time', ...camera })],
      sensors: [],
      gateway: {
        uptimeSeconds: 1,
        rssBytes: 1,
        cpuSeconds: 1,
        outboxPending: 0,
        outboxDeadLetters: 0,
        detector: { submitted: 0, inferred: 0, dropped: 0, restarts: 0 },
      },
    });
    const down = { state: { kind: 'connecting' as const, since: at(0).toISOString(), attempt: 1 } };
    const { writeHealth, places } = dashboard.store;
    await writeHealth(report({}), at(0));
    await writeHealth(report({}), at(10));
    await writeHealth(report(down), at(20));
    await writeHealth(report(down), at(25));
    await writeHealth(report({}), at(200));
    await writeHealth(report({}), at(205));
    const facts = await places.cameraFacts(at(5), at(1000));
    expect(facts.filter(({ good }) => good > 0)).toMatchObject([
      { good: 20, down: 5, poor: 0, areaCode: SAMPLE_GRID },
    ]);
  });
});
