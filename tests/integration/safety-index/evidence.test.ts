import type { HealthReport } from '@pingan/models/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWorkbook, writeWorkbook } from '../../../dashboard/server/src/reports/documents.ts';
import { anEvent } from '../../support/events.ts';
import { aCamera } from '../../support/fake-gateway.ts';
import { type Centre, DISTRICT, incidentCsv, type Json, startCentre } from './centre.ts';

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

const healthOf = (gatewayId: string): HealthReport => ({
  gatewayId,
  bootId: '00000000-0000-4000-8000-000000000001',
  at: new Date().toISOString(),
  cameras: [aCamera()],
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

let centre: Centre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(() => centre?.stop());

const report = (externalId: string, more: object = {}) => ({
  source: 'grid',
  externalId,
  areaCode: centre.grids[0],
  category: 'theft',
  occurredAt: '2026-07-03T01:00:00.000Z',
  reportedAt: '2026-07-03T01:20:00.000Z',
  escalatedAt: null,
  dueAt: null,
  closedAt: null,
  reworked: false,
  deaths: 0,
  ...more,
});

describe('an import', () => {
  test('keeps good rows and names row, column and remedy of bad ones', async () => {
    const text = [
      '来源,事件编号,区域编码,类别,发生时间,上报时间,死亡人数',
      `110,A1,${centre.grids[0]},盗窃,2026/6/1 8:30,2026-06-01 08:40,0`,
      `110,A2,${DISTRICT},盗窃,2026-06-01 08:30,2026-06-01 08:40,0`,
      `110,A3,999,burglary?,2026-06-01 08:30,2026-06-01 08:40,0`,
      `112,A4,${centre.grids[0]},fire,yesterday,2026-06-01 08:40,"1,000"`,
      `110,A1,${centre.grids[0]},theft,2026-06-01 08:30,2026-06-01 08:40,0`,
    ].join('\r\n');
    const { status, body } = await centre.upload('incidents', { name: 'a.csv', bytes: `\uFEFF${text}` });
    expect([status, body]).toMatchObject([200, { accepted: 1, unchanged: 0, refusedRows: 4, actor: 'an' }]);
    const places = (body as Json).refused.map(({ row, column }: Json) => `${row} ${column}`).sort();
    expect(places).toEqual(
      ['3 area', '4 area', '4 category', '5 source', '5 occurredAt', '5 deaths', '6 '].sort(),
    );
    const { items } = await centre.get('/api/v1/incidents?source=110');
    expect(items).toMatchObject([
      { externalId: 'A1', category: 'theft', occurredAt: '2026-06-01T00:30:00.000Z' },
    ]);
    expect((await centre.get('/api/v1/imports')).items[0]).toMatchObject({
      fileName: 'a.csv',
      refusedRows: 4,
    });
  });

  test('of the same file again changes nothing, of a changed one only what changed', async () => {
    const text = incidentCsv('2026-05', centre.grids);
    const first = await centre.upload('incidents', { name: 'b.csv', bytes: text });
    const count = (first.body as Json).accepted;
    const again = await centre.upload('incidents', { name: 'b.csv', bytes: text });
    expect(again.body).toMatchObject({ accepted: 0, unchanged: count, refusedRows: 0 });
    const changed = await centre.upload('incidents', {
      name: 'b.csv',
      bytes: text.replace(',robbery,', ',rape,'),
    });
    expect(changed.body).toMatchObject({ accepted: 1, unchanged: count - 1 });
  });

  test('reads the file of a Chinese spreadsheet and a workbook', async () => {
    const head = ['area', 'date', 'people'];
    const rows = centre.grids.map((grid, i): (string | number)[] => [grid, '2026-01-01', 900 + i]);
    const bytes = await writeWorkbook([{ title: 'p', columns: head, rows }]);
    expect((await centre.upload('population', { name: 'p.xlsx', bytes })).body).toMatchObject({
      accepted: 8,
      refused: [],
    });
    // 人口 in GB 18030.
    const gb = Buffer.concat([
      Buffer.from('area,date,'),
      Buffer.from('c8cbbfda', 'hex'),
      Buffer.from(`\n${centre.grids[0]},2026-02-01,950\n`),
    ]);
    expect((await centre.upload('population', { name: 'p.csv', bytes: gb })).body).toMatchObject({
      accepted: 1,
    });
  });

  test.each([
    ['', /no rows/],
    ['area,date\n1,2', /people/],
    ['PK not a workbook', /Excel workbook/],
    ['area,date,people\n"1,2026-01-01,5', /quote/],
  ])('of a file that cannot be read at all is refused: %j', async (bytes, reason) => {
    const { status, body } = await centre.upload('population', { name: 'x', bytes });
    expect([status, body]).toMatchObject([
      400,
      { field: 'body.file', message: expect.stringMatching(reason) },
    ]);
  });

  test('of a measure that the centre reckons itself is refused', async () => {
    const text = `area,measure,date,value\n${centre.grids[0]},zone-intrusion-confirmed,2026-06-01,0\n`;
    const { body } = await centre.upload('measures', { name: 'm.csv', bytes: text });
    expect(body).toMatchObject({ accepted: 0, refused: [{ row: 2, column: 'measure' }] });
  });

  test('takes its own templates', async () => {
    for (const kind of ['incidents', 'measures', 'population']) {
      for (const format of ['csv', 'xlsx']) {
        if (format === 'xlsx' && kind !== 'incidents') continue;
        const answer = await centre.api(`/api/v1/imports/${kind}/template.${format}`);
        expect(answer.status).toBe(200);
        const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.alloc(0);
        if (format === 'xlsx') expect(await readWorkbook(bytes)).toHaveLength(2);
        const { body } = await centre.upload(kind, { name: `t.${format}`, bytes });
        expect([kind, format, body]).toMatchObject([kind, format, { refusedRows: 0 }]);
      }
    }
  });
});

describe('reports by the interface', () => {
  test('count once, alone or in a list, and are found below their district', async () => {
    const send = (body: object) => centre.post('/api/v1/incidents', body);
    expect((await send(report('api-1'))).body).toEqual({ accepted: 1, unchanged: 0 });
    expect((await send([report('api-1'), report('api-2')])).body).toEqual({ accepted: 1, unchanged: 1 });
    expect((await send([report('api-3'), report('api-3')])).body).toMatchObject({
      field: 'body.1.externalId',
    });
    expect((await send(report('api-4', { areaCode: DISTRICT }))).body).toMatchObject({
      field: 'body.0.areaCode',
    });
    expect((await send(report('api-5', { category: 'x' }))).body).toMatchObject({ field: 'body.0.category' });
    const { items } = await centre.get(`/api/v1/incidents?area=${DISTRICT}&source=grid&category=theft`);
    expect(items.map(({ externalId }: Json) => externalId).sort()).toEqual(['api-1', 'api-2']);
  });
});

describe('machine alerts', () => {
  /** A framework that scores one kind of confirmed alert per camera-hour. */
  const YAML = `
code: pingan
version: alerts-1
name: { zh: 试, en: Trial }
unit: { id: area }
index:
  code: pingan
  children:
    - code: intrusions
      evidence: confirmed-alerts
      column: zone-intrusion-confirmed
      denominator: { column: camera-hours, per: 1000, exposure: camera-hours }
      direction: negative
      count: true
      goalposts: [0, 2000]
`;

  test('never change a score until somebody confirms them', async () => {
    const { body: draft } = await centre.post('/api/v1/index/frameworks', { yaml: YAML });
    await centre.post(`/api/v1/index/frameworks/${draft.id}/submit`, {});
    const approved = await centre.post(`/api/v1/index/frameworks/${draft.id}/approve`, {}, centre.cookies.bo);
    expect(approved.body).toMatchObject({ state: 'active' });
    await centre.addGateway('gw-index');
    const start = new Date(Date.now() + SHANGHAI_MS - DAY_MS).toISOString().slice(0, 10);
    const noon = Date.parse(`${start}T12:00:00+08:00`);
    for (let second = 0; second <= 3600; second += 20) {
      await centre.store.writeHealth(healthOf('gw-index'), new Date(noon + second * 1000));
    }
    const compute = async (): Promise<Json> =>
      (await centre.post('/api/v1/index/publications', { period: { kind: 'day', start } })).body;
    const scoreOf = async ({ id }: Json) =>
      (await centre.get(`/api/v1/index/publications/${id}?area=${centre.grids[0]}`)).areas[0].score;

    const before = await compute();
    expect(await scoreOf(before)).toBe(100);
    const alerts = Array.from({ length: 5 }, () => anEvent({ gatewayId: 'gw-index' }));
    await centre.store.writeEvents(
      alerts.map((event) => ({ event, jpeg: null })),
      new Date(noon),
    );
    const dispose = (event: { id: string } | undefined, action: string) =>
      centre.post(`/api/v1/events/${event?.id}/${action}`, {}, centre.cookies.operator);
    await dispose(alerts[0], 'false');
    await dispose(alerts[1], 'acknowledge');
    const raised = await compute();
    expect(raised).toMatchObject({ version: 2, inputsSha256: before.inputsSha256 });
    expect(await scoreOf(raised)).toBe(100);

    expect((await dispose(alerts[1], 'close')).body).toMatchObject({ state: 'closed' });
    const confirmed = await compute();
    expect(confirmed.inputsSha256).not.toBe(before.inputsSha256);
    // One confirmed alert in one camera-hour on goalposts of 0 to 2,000 per 1,000 camera-hours.
    expect(await scoreOf(confirmed)).toBeCloseTo(50, 6);
  });
});
