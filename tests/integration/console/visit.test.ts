import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeRoster, rosterDevice } from '../../support/fake-roster.ts';
import { type ConsoleSite, openSite } from './console-site.ts';

const SECRET = 'CANARY-7f3a%21@:';
const DevicesSchema = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  total: Type.Number(),
  counts: Type.Record(Type.String(), Type.Number()),
});
const devicesOf = (json: unknown) => Value.Parse(DevicesSchema, json);

let site: ConsoleSite;
beforeEach(async () => {
  const roster = new FakeRoster([
    ...Array.from({ length: 45 }, (_, index) => rosterDevice(index + 1)),
    rosterDevice(46, { cause: 'password-wrong' }),
    rosterDevice(47, { cause: 'password-missing', manufacturer: 'Other' }),
    rosterDevice(48, { cause: 'clock-off', atWork: true, clockOffsetMs: 10_800_000 }),
  ]);
  site = await openSite({ roster });
  await site.pair();
});
afterEach(() => site.close());

const patch = (body: unknown) => site.ask('PATCH', '/api/progress', { body });

describe('progress', () => {
  test('is on the gateway after every change, whatever happens to browser and gateway', async () => {
    await patch({ step: 'names', done: ['check', 'discover'], drafts: [{ key: 'name:cam-01', text: '北' }] });
    await patch({ drafts: [{ key: 'name:cam-02', text: '南' }], remark: '钥匙在门岗' });
    await patch({ pictures: [{ cameraId: 'cam-01', verdict: 'marked', flaw: 'dark', note: '灯坏' }] });
    await site.restart();
    await site.pair();
    expect((await site.ask('GET', '/api/progress')).json).toMatchObject({
      step: 'names',
      done: ['check', 'discover'],
      remark: '钥匙在门岗',
      drafts: [
        { key: 'name:cam-01', text: '北' },
        { key: 'name:cam-02', text: '南' },
      ],
      pictures: [{ cameraId: 'cam-01', verdict: 'marked', flaw: 'dark', note: '灯坏' }],
    });
  });

  test('keeps the last verdict of a camera and forgets a draft that was sent', async () => {
    await patch({ pictures: [{ cameraId: 'cam-01', verdict: 'marked', flaw: 'dark', note: '' }] });
    await patch({ drafts: [{ key: 'a', text: 'x' }] });
    const { json } = await patch({
      pictures: [{ cameraId: 'cam-01', verdict: 'accepted', flaw: null, note: '' }],
      drafts: [{ key: 'a', text: null }],
    });
    expect(json).toMatchObject({ drafts: [], pictures: [{ cameraId: 'cam-01', verdict: 'accepted' }] });
  });

  test('takes names of built-in things for names', async () => {
    const keys = ['__proto__', 'constructor', 'toString'];
    const { json } = await patch({ drafts: keys.map((key) => ({ key, text: 'x' })) });
    expect(json).toMatchObject({ drafts: keys.map((key) => ({ key, text: 'x' })) });
    expect(Object.getPrototypeOf({})).not.toHaveProperty('text');
  });

  test('is bounded', async () => {
    const drafts = (from: number) =>
      Array.from({ length: 64 }, (_, index) => ({ key: `k${from + index}`, text: 'x' }));
    let status = 200;
    for (let from = 0; status === 200 && from < 4096; from += 64)
      status = (await patch({ drafts: drafts(from) })).status;
    expect(status).toBe(413);
    expect((await patch({ step: 'names' })).status).toBe(200);
  });

  test('begins anew on demand; cameras and passwords stay', async () => {
    await patch({ step: 'alarm', remark: 'x' });
    await site.ask('DELETE', '/api/progress');
    expect((await site.ask('GET', '/api/progress')).json).toMatchObject({ step: 'check', remark: '' });
    expect(site.roster.devices()).toHaveLength(48);
  });

  test('holds the last self-check', async () => {
    const { json } = await site.ask('POST', '/api/self-check');
    expect(json).toMatchObject({
      checks: expect.arrayContaining([{ id: 'centre', state: 'ok', cause: null, reading: '127.0.0.1:9' }]),
    });
    expect((await site.ask('GET', '/api/progress')).json).toMatchObject({ selfCheck: json });
  });
});

describe('devices', () => {
  test('come in pages in the order of their codes, with the counts of all', async () => {
    const first = devicesOf((await site.ask('GET', '/api/devices?size=20')).json);
    expect(first.items).toHaveLength(20);
    expect(first).toMatchObject({
      total: 48,
      counts: { all: 48, ready: 45, attention: 3, 'needs-password': 2, viewable: 46 },
    });
    const last = devicesOf((await site.ask('GET', '/api/devices?size=20&page=2')).json);
    expect(last.items.map(({ id }) => id)).toEqual([
      'cam-41',
      'cam-42',
      'cam-43',
      'cam-44',
      'cam-45',
      'cam-46',
      'cam-47',
      'cam-48',
    ]);
    const waiting = devicesOf((await site.ask('GET', '/api/devices?filter=needs-password')).json);
    expect(waiting.items.map(({ id }) => id)).toEqual(['cam-46', 'cam-47']);
  });

  test('cost a header alone while nothing changes', async () => {
    const { headers } = await site.ask('GET', '/api/devices');
    const again = () =>
      site.ask('GET', '/api/devices', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect(await again()).toMatchObject({ status: 304, text: '' });
    site.roster.describe('cam-01', { name: 'changed' });
    expect((await again()).status).toBe(200);
  });

  test('refuse a query out of bounds by the name of its field', async () => {
    for (const query of ['size=1000', 'page=-1', 'page=1.5', 'filter=x', 'size=__proto__'])
      expect(await site.ask('GET', `/api/devices?${query}`)).toMatchObject({ status: 400 });
  });

  test('are named, placed and turned', async () => {
    const body = { name: '北门', place: '3 号门', direction: 4 };
    expect((await site.ask('PATCH', '/api/devices/cam-01', { body })).json).toMatchObject(body);
    expect((await site.ask('PATCH', '/api/devices/cam-01', { body: { direction: 10 } })).status).toBe(400);
    expect((await site.ask('PATCH', '/api/devices/cam-01', { body: { name: 'a\u0007b' } })).status).toBe(400);
    expect((await site.ask('PATCH', '/api/devices/cam-99', { body })).status).toBe(404);
  });

  test('are added, accepted, tried, set right and removed', async () => {
    const added = await site.ask('POST', '/api/devices', { body: { address: '192.168.1.99', name: '后门' } });
    expect(added).toMatchObject({ status: 201, json: { name: '后门', origin: 'manual' } });
    expect(await site.ask('POST', '/api/devices', { body: { address: '' } })).toMatchObject({
      status: 400,
      json: { code: 'roster-invalid', message: 'address: enter an IPv4 address' },
    });
    for (const deed of ['accept', 'try', 'clock']) await site.ask('POST', `/api/devices/cam-01/${deed}`);
    expect(site.roster.asked).toEqual(['accept cam-01', 'try cam-01', 'clock cam-01']);
    expect((await site.ask('DELETE', '/api/devices/cam-01')).status).toBe(204);
    expect((await site.ask('GET', '/api/devices/cam-01')).status).toBe(404);
  });

  test('are looked for, with and without networks, until told to stop', async () => {
    await site.ask('POST', '/api/scan', { body: { networks: ['192.168.1.0/24'] } });
    expect(site.roster.asked).toEqual(['scan 192.168.1.0/24']);
    expect((await site.ask('GET', '/api/devices')).json).toMatchObject({ scan: { kind: 'running' } });
    expect((await site.ask('DELETE', '/api/scan')).json).toMatchObject({ kind: 'idle' });
    expect((await site.ask('POST', '/api/scan', { body: { networks: ['all; rm'] } })).status).toBe(400);
  });
});

describe('passwords', () => {
  test('go in for a group and never come out', async () => {
    const groups = [
      { kind: 'site' },
      { kind: 'maker', maker: 'Other' },
      { kind: 'devices', ids: ['cam-46'] },
    ];
    for (const group of groups)
      expect(
        (await site.ask('POST', '/api/credentials', { body: { group, username: 'admin', password: SECRET } }))
          .status,
      ).toBe(201);
    expect(site.roster.logins.map(({ group }) => group)).toEqual(groups);
    expect(site.roster.logins.every(({ login }) => login.password === SECRET)).toBe(true);
    const wrong = await site.ask('POST', '/api/credentials', {
      body: { group: { kind: 'x' }, username: 'admin', password: SECRET },
    });
    expect(wrong.status).toBe(400);
    const paths = [
      '/api/credentials',
      '/api/devices?size=100',
      '/api/progress',
      '/api/summary',
      '/api/summary.json',
      '/api/summary.csv',
    ];
    const answers = await Promise.all(paths.map((path) => site.ask('GET', path)));
    const said = [wrong, ...answers].map(({ text }) => text).join();
    expect(said.length).toBeGreaterThan(20_000);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain('CANARY');
    expect((await site.ask('DELETE', '/api/credentials/set-0')).json).toMatchObject({ sets: [{}, {}] });
  });
});

describe('proof', () => {
  test('pictures are fresh, two at a time, a few in line, and no more', async () => {
    let inside = 0;
    let most = 0;
    const doors: (() => void)[] = [];
    site.roster.picturing = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise<void>((resolve) => doors.push(resolve));
      inside -= 1;
      return { jpeg: Buffer.from('jpeg'), width: 4, height: 3, capturedAtMs: 0 };
    };
    const answers = Array.from({ length: 12 }, () => site.ask('GET', '/api/devices/cam-01/picture'));
    const open = setInterval(() => doors.shift()?.(), 20);
    const done = await Promise.all(answers).finally(() => clearInterval(open));
    expect(most).toBe(2);
    expect(done.filter(({ status }) => status === 503)).toHaveLength(2);
    const [good] = done.filter(({ status }) => status === 200);
    expect(good?.headers.get('content-type')).toBe('image/jpeg');
    expect(good?.headers.get('cache-control')).toBe('no-store');
  });

  test('the test alarm’s end is kept, also when the centre is silent', async () => {
    site.roster.receipted = false;
    await site.ask('POST', '/api/test-alarm', { body: { cameraId: 'cam-01' } });
    expect((await site.ask('GET', '/api/progress')).json).toMatchObject({
      alarm: { cameraId: 'cam-01', eventId: 'event-of-cam-01', receipted: false },
    });
    expect((await site.ask('POST', '/api/test-alarm', { body: { cameraId: 'cam-99' } })).status).toBe(404);
  });

  test('the summary is a file for people and one for machines, and no spreadsheet runs what a device is called', async () => {
    site.roster.describe('cam-01', {
      name: '=HYPERLINK("http://evil.example")',
      place: 'a,"b"',
      direction: 4,
    });
    await patch({ pictures: [{ cameraId: 'cam-01', verdict: 'accepted', flaw: null, note: '' }] });
    const json = await site.ask('GET', '/api/summary.json');
    expect(json.headers.get('content-disposition')).toMatch(
      /attachment; filename="pingan-gw-test-\d{4}-\d\d-\d\d\.json"/,
    );
    expect(json.json).toMatchObject({
      counts: { cameras: 48, ready: 45, attention: 3, accepted: 1, marked: 0 },
      cameras: expect.arrayContaining([
        expect.objectContaining({ id: 'cam-48', cause: 'clock-off', clockOffsetMs: 10_800_000 }),
      ]),
    });
    const { text } = await site.ask('GET', '/api/summary.csv');
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(49);
    expect(lines[0]).toContain('设备编码,设备名称,安装地址,监视方位');
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil.example"")","a,""b""",北,4`);
    expect((await site.ask('GET', '/api/summary.csv?language=en')).text).toContain(
      'Wrong user name or password',
    );
  });
});
