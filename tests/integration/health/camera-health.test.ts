/** The past of cameras at the centre: what ingest writes, and that the figures of DOMAIN.md come out exactly. */
import type { CameraHealth } from '@pingan/models/contract';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { databaseFolder } from '../../../dashboard/server/src/assembly/parts.ts';
import { silentLogger } from '../../../dashboard/server/src/base/log.ts';
import { EmbeddedDatabase } from '../../../dashboard/server/src/store/embedded-database.ts';
import { type RunningDashboard, startDashboard } from '../../support/dashboard.ts';
import { aCamera } from '../../support/fake-gateway.ts';

const HOUR_S = 3600;
/** A day of the centre's zone (UTC+8) that is over. */
const DAY = '2026-11-10';
const dayStart = Date.parse(`${DAY}T00:00:00+08:00`);
const at = (hours: number) => new Date(dayStart + hours * HOUR_S * 1000);

let dashboard: RunningDashboard;
let gatewayId = '';
let count = 0;

beforeAll(async () => {
  dashboard = await startDashboard();
});
afterAll(async () => {
  await dashboard?.stop();
});
beforeEach(async () => {
  count += 1;
  gatewayId = `gw-health-${count}`;
  await dashboard.addGateway(gatewayId);
});

/** Sends a report of the gateway as if it came in at that moment. */
const report = (cameras: CameraHealth[], when: Date) =>
  dashboard.store.writeHealth(
    {
      gatewayId,
      bootId: '00000000-0000-4000-8000-000000000000',
      at: when.toISOString(),
      cameras,
      sensors: [],
      gateway: {
        uptimeSeconds: 1,
        rssBytes: 1,
        cpuSeconds: 1,
        outboxPending: 0,
        outboxDeadLetters: 0,
        detector: { submitted: 0, inferred: 0, dropped: 0, restarts: 0 },
      },
    },
    when,
  );

const failed = (cameraId: string, fault: 'unreachable' | 'no-packets' = 'unreachable') =>
  aCamera({
    cameraId,
    state: { kind: 'failed', since: at(0).toISOString(), fault, message: 'x', retryAt: null },
  });
const poor = (cameraId: string) =>
  aCamera({
    cameraId,
    picture: { good: false, findings: ['blurred', 'black'], meanLuma: 1, contrast: 1, sharpness: 1 },
  });

type Figure = {
  code: string;
  numerator: number;
  denominator: number;
  value: number | null;
  coverage: number;
};
const read = (body: unknown) => JSON.parse(JSON.stringify(body));

async function figuresOfGateway(): Promise<Record<string, Figure>> {
  const path = `/api/v1/health/figures?by=gateway&from=${DAY}&to=${DAY}&limit=200`;
  const { status, body } = await dashboard.api(path);
  expect(status).toBe(200);
  const row = read(body).items.find(({ key }: { key: string }) => key === gatewayId);
  return Object.fromEntries(row.figures.map((figure: Figure) => [figure.code, figure]));
}

type Planted = { kind: 'good' | 'poor' | 'streaming' | 'down'; from: number; to: number };

/** Plants the books of a whole day directly: thousands of reports would take too long. */
async function plant(cameraId: string, intervals: readonly Planted[]): Promise<void> {
  await report([aCamera({ cameraId })], at(0));
  await withDatabase(async (client) => {
    await client.query('delete from intervals where gateway_id = $1 and camera_id = $2', [
      gatewayId,
      cameraId,
    ]);
    for (const { kind, from, to } of intervals) {
      await client.query(
        'insert into intervals (gateway_id, camera_id, kind, starts_at, ends_at) values ($1, $2, $3, $4, $5)',
        [gatewayId, cameraId, kind, at(from), at(to)],
      );
    }
  });
}

async function withDatabase(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const url = await new EmbeddedDatabase(databaseFolder(dashboard.dataDir), silentLogger).findRunning();
  const client = new pg.Client({ connectionString: url ?? '' });
  await client.connect();
  await work(client).finally(() => client.end());
}

/** Plants a slot with this offset of the camera's clock, or without pictures. */
const plantSlots = (
  cameraId: string,
  slots: readonly { hour: number; offsetMs: number | null; streaming: boolean }[],
) =>
  withDatabase(async (client) => {
    await client.query('delete from camera_samples where gateway_id = $1 and camera_id = $2', [
      gatewayId,
      cameraId,
    ]);
    for (const { hour, offsetMs, streaming } of slots) {
      await client.query(
        `insert into camera_samples (gateway_id, camera_id, at, reports, streaming, packets, fps, bitrate_kbps, loss_ratio,
          jitter_ms, clock_offset_ms) values ($1, $2, $3, 10, $4, 0, 0, 0, 0, 0, $5)`,
        [gatewayId, cameraId, at(hour), streaming ? 10 : 0, offsetMs],
      );
    }
  });

describe('what ingest writes', () => {
  const intervals = async (cameraId = 'cam-1') => {
    const path = `/api/v1/cameras/${gatewayId}:${cameraId}/health?from=${at(0).toISOString()}&to=${at(2).toISOString()}`;
    const { status, body } = await dashboard.api(path);
    expect(status).toBe(200);
    return read(body);
  };
  const minute = (n: number) => at(n / 60);

  test('is one interval while nothing changes, and a new one with each state, cause and finding', async () => {
    for (let s = 0; s <= 120; s += 20) await report([aCamera()], new Date(dayStart + s * 1000));
    await report([poor('cam-1')], minute(2.5));
    await report([failed('cam-1')], minute(3));
    await report([failed('cam-1', 'no-packets')], minute(3.5));
    await report([failed('cam-1', 'no-packets')], minute(4));
    const found = (await intervals()).intervals;
    const short = found.map(({ kind, cause, findings, from, to }: Record<string, unknown>) => [
      kind,
      cause,
      findings,
      (Date.parse(String(from)) - dayStart) / 60_000,
      (Date.parse(String(to)) - dayStart) / 60_000,
    ]);
    expect(short).toEqual([
      ['good', null, [], 0, 2.5],
      ['poor', null, ['black', 'blurred'], 2.5, 3],
      ['down', 'unreachable', [], 3, 3.5],
      ['down', 'no-packets', [], 3.5, 4],
    ]);
  });

  test('claims nothing about the time in which the gateway was silent', async () => {
    await report([aCamera()], minute(0));
    await report([aCamera()], minute(0.4));
    await report([aCamera()], minute(10));
    await report([aCamera()], minute(10.4));
    const found = (await intervals()).intervals;
    expect(found).toHaveLength(2);
    expect(found[0].to).toBe(minute(0.4).toISOString());
    expect(found[1].from).toBe(minute(10).toISOString());
  });

  test('gathers packet figures and the clock in slots', async () => {
    const packets = {
      fps: 10,
      bitrateKbps: 500,
      gopLength: 20,
      lossRatio: 0,
      jitterMs: 1,
      clockOffsetMs: 1500,
    };
    await report([aCamera({ packets })], minute(0));
    await report([aCamera({ packets: { ...packets, fps: 20, clockOffsetMs: 2500 } })], minute(0.4));
    await report([failed('cam-1')], minute(0.8));
    const { samples, stepSeconds } = await intervals();
    expect(stepSeconds).toBe(300);
    expect(samples).toEqual([
      {
        at: at(0).toISOString(),
        fps: 15,
        bitrateKbps: 500,
        lossRatio: 0,
        jitterMs: 1,
        clockOffsetMs: 2500,
        streaming: expect.closeTo(2 / 3, 9),
      },
    ]);
  });
});

describe('the figures', () => {
  test('在线率 is the mean of daily online hours / 24, and 图像完好率 good / online', async () => {
    await plant('a', [{ kind: 'good', from: 0, to: 24 }]);
    await plant('b', [
      { kind: 'good', from: 0, to: 6 },
      { kind: 'poor', from: 6, to: 12 },
      { kind: 'down', from: 12, to: 24 },
    ]);
    const { online, picture } = await figuresOfGateway();
    expect(online).toMatchObject({ numerator: 36, denominator: 48, value: 0.75, coverage: 1 });
    expect(picture).toMatchObject({ numerator: 30, denominator: 36, coverage: 1 });
    expect(picture?.value).toBeCloseTo(30 / 36, 12);
  });

  test('time without reports is no data: neither online nor down', async () => {
    await plant('a', [
      { kind: 'good', from: 0, to: 9 },
      { kind: 'down', from: 9, to: 12 },
    ]);
    await plant('b', [{ kind: 'good', from: 0, to: 11.9 }]);
    const { online, picture } = await figuresOfGateway();
    expect(online).toMatchObject({ numerator: 18, denominator: 24, value: 0.75, coverage: 0.5 });
    expect(picture?.coverage).toBeCloseTo(23.9 / 48, 9);
    expect(picture?.value).toBeNull();
  });

  test('short coverage reads collecting', async () => {
    await plant('a', [{ kind: 'good', from: 0, to: 11 }]);
    const { online } = await figuresOfGateway();
    expect(online).toMatchObject({ value: null, coverage: 0, denominator: 0 });
  });

  test('planned maintenance is left out, whole or in part', async () => {
    await plant('a', [
      { kind: 'good', from: 0, to: 12 },
      { kind: 'down', from: 12, to: 24 },
    ]);
    await dashboard.store.maintenances.add({
      id: crypto.randomUUID(),
      gatewayId,
      cameraId: 'a',
      startsAt: at(14),
      endsAt: at(20),
      reason: '更换电源',
      actor: 'admin',
      createdAt: at(13),
    });
    const { online, picture } = await figuresOfGateway();
    expect(online).toMatchObject({ numerator: 12, denominator: 18, coverage: 1 });
    expect(online?.value).toBeCloseTo(12 / 18, 12);
    expect(picture).toMatchObject({ numerator: 12, denominator: 12, value: 1 });
  });

  test('a camera that came in the middle of the day counts from then on', async () => {
    await report([aCamera({ cameraId: 'late' })], at(18));
    await withDatabase(async (client) => {
      await client.query('update intervals set ends_at = $2 where gateway_id = $1', [gatewayId, at(24)]);
    });
    expect((await figuresOfGateway())['online']).toMatchObject({ numerator: 6, denominator: 6, value: 1 });
  });

  test('时钟准确率 counts samples, then cameras, of those that have data', async () => {
    const hours = Array.from({ length: 20 }, (_, n) => n / 12);
    const slots = (wrong: number) =>
      hours.map((hour, n) => ({ hour, offsetMs: n < wrong ? -10_001 : 10_000, streaming: true }));
    for (const [id, wrong] of [
      ['right', 1],
      ['wrong', 2],
    ] as const) {
      await plant(id, [{ kind: 'good', from: 0, to: 24 }]);
      await plantSlots(id, slots(wrong));
    }
    await plant('unknown', [{ kind: 'good', from: 0, to: 24 }]);
    await plantSlots(
      'unknown',
      hours.map((hour) => ({ hour, offsetMs: null, streaming: true })),
    );
    const { clock } = await figuresOfGateway();
    expect(clock).toMatchObject({ numerator: 1, denominator: 2, value: 0.5 });
    expect(clock?.coverage).toBeCloseTo(2 / 3, 12);
  });

  test('连通率 is successes / attempts, one attempt per slot outside of maintenance', async () => {
    await plant('a', [{ kind: 'good', from: 0, to: 24 }]);
    await plantSlots(
      'a',
      Array.from({ length: 288 }, (_, n) => ({ hour: n / 12, offsetMs: null, streaming: n >= 72 })),
    );
    expect((await figuresOfGateway())['connection']).toMatchObject({
      numerator: 216,
      denominator: 288,
      value: 0.75,
    });
    await dashboard.store.maintenances.add({
      id: crypto.randomUUID(),
      gatewayId,
      cameraId: null,
      startsAt: at(0),
      endsAt: new Date(at(5).getTime() + 1),
      reason: '断网割接',
      actor: 'admin',
      createdAt: at(0),
    });
    expect((await figuresOfGateway())['connection']).toMatchObject({ numerator: 216, denominator: 227 });
  });

  test('of an area are those of all cameras below it', async () => {
    await plant('a', [{ kind: 'good', from: 0, to: 24 }]);
    const path = `/api/v1/health/figures?by=area&area=440306901&from=${DAY}&to=${DAY}&limit=200`;
    const { items } = read((await dashboard.api(path)).body);
    const keys = items.map(({ key }: { key: string }) => key);
    expect(keys).toEqual(['440306901', '440306901901', '440306901901901']);
    expect(new Set(items.map(({ cameras }: { cameras: number }) => cameras)).size).toBe(1);
  });
});

describe('maintenance entered by a person', () => {
  const path = () => `/api/v1/cameras/${gatewayId}:cam-1`;
  const hour = (n: number) => new Date(Date.now() + n * HOUR_S * 1000).toISOString();

  test('shows at the camera while it goes on, and ends when somebody ends it', async () => {
    await report([aCamera()], new Date());
    const made = await dashboard.api(`${path()}/maintenance`, {
      method: 'POST',
      body: { from: hour(-1), to: hour(2), reason: '清洗镜头' },
    });
    expect(made.status).toBe(201);
    expect(read((await dashboard.api(path())).body).maintenance.reason).toBe('清洗镜头');
    const { id } = read(made.body);
    expect((await dashboard.api(`/api/v1/maintenance/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(read((await dashboard.api(path())).body).maintenance).toBeNull();
    expect((await dashboard.api(`/api/v1/maintenance/${id}`, { method: 'DELETE' })).status).toBe(404);
    const history = read((await dashboard.api(`${path()}/health`)).body);
    expect(history.maintenance).toHaveLength(1);
    const trail = (await dashboard.store.audit.all()).slice(-2).map(({ action, actor }) => [action, actor]);
    expect(trail).toEqual([
      ['maintenance.add', 'admin'],
      ['maintenance.end', 'admin'],
    ]);
  });

  test.each([
    ['body.from', { from: hour(-30), to: hour(1), reason: 'x' }],
    ['body.to', { from: hour(1), to: hour(0.5), reason: 'x' }],
    ['body.to', { from: hour(1), to: hour(24 * 40), reason: 'x' }],
  ])('is refused by the field %s with the remedy', async (field, body) => {
    await report([aCamera()], new Date());
    const answer = await dashboard.api(`${path()}/maintenance`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ field });
  });
});

describe('the list of cameras', () => {
  const list = async (query: string) => {
    const { status, body } = await dashboard.api(`/api/v1/cameras?gatewayId=${gatewayId}&${query}`);
    expect(status).toBe(200);
    const { items, total, online } = read(body);
    return { ids: items.map(({ id }: { id: string }) => id.split(':')[1]), total, online };
  };
  const fill = async () => {
    await report(
      [aCamera({ cameraId: 'good', name: '100%_东门' }), poor('poor'), failed('down')],
      new Date(),
    );
  };
  const online = () =>
    dashboard.store.writeState(
      {
        gatewayId,
        kind: 'online',
        bootId: '00000000-0000-4000-8000-000000000000',
        at: new Date().toISOString(),
        contract: 1,
        software: 'test',
      },
      new Date(),
    );

  test('is filtered by state, cause, finding, area and words at the server', async () => {
    await fill();
    await online();
    expect(await list('')).toEqual({ ids: ['down', 'good', 'poor'], total: 3, online: 2 });
    expect((await list('state=streaming')).ids).toEqual(['good', 'poor']);
    expect((await list('cause=unreachable')).ids).toEqual(['down']);
    expect((await list('cause=no-packets')).ids).toEqual([]);
    expect((await list('finding=blurred')).ids).toEqual(['poor']);
    expect((await list('area=440306901')).ids).toEqual(['down', 'good', 'poor']);
    expect((await list('area=440306902')).ids).toEqual([]);
    expect((await list('search=%25_')).ids).toEqual(['good']);
    expect((await list('limit=1')).total).toBe(3);
  });

  test('says what to do about a camera that is down, and about a bad picture', async () => {
    await fill();
    await online();
    const of = async (id: string) => read((await dashboard.api(`/api/v1/cameras/${gatewayId}:${id}`)).body);
    expect((await of('down')).nextStep.en).toMatch(/power, cable/);
    expect((await of('poor')).nextStep.en).toMatch(/lens|dome/);
    expect((await of('good')).nextStep).toBeNull();
  });

  test('is unknown while the gateway has never come', async () => {
    await fill();
    expect((await list('state=unknown')).ids).toEqual(['down', 'good', 'poor']);
    expect((await list('state=failed')).ids).toEqual([]);
  });

  test('is exported as a sheet with the same filter; a name cannot become a formula', async () => {
    await report([aCamera({ name: '=HYPERLINK("x")' }), failed('down')], new Date());
    await online();
    const { body, headers } = await dashboard.api(
      `/api/v1/cameras/export?gatewayId=${gatewayId}&state=streaming&language=en`,
    );
    expect(headers.get('content-disposition')).toContain('cameras.csv');
    const lines = String(body).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('Next step');
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
