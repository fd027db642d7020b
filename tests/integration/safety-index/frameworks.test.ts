import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Centre,
  DISTRICT,
  incidentCsv,
  type Json,
  measureCsv,
  PASSWORD,
  populationCsv,
  startCentre,
} from './centre.ts';

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

let centre: Centre;
let yaml: string;

beforeAll(async () => {
  centre = await startCentre();
  yaml = await readFile(resolve(import.meta.dirname, '../../../config/index/pingan.yaml'), 'utf8');
  const { grids } = centre;
  await centre.upload('population', { name: 'p.csv', bytes: populationCsv(grids) });
  for (const month of ['2026-06', '2026-07', '2026-08', '2026-09']) {
    await centre.upload('incidents', { name: 'i.csv', bytes: incidentCsv(month, grids) });
    await centre.upload('measures', { name: 'm.csv', bytes: measureCsv(month, grids) });
  }
});
afterAll(() => centre?.stop());

const framework = (id: string, step = '') => `/api/v1/index/frameworks/${id}${step}`;
const versioned = (version: string) => yaml.replace(/^version: .*/m, `version: ${version}`);

/** Computes, submits and publishes a month by two people. */
async function publish(start: string): Promise<Json> {
  const { body } = await centre.post('/api/v1/index/publications', { period: { kind: 'month', start } });
  await centre.post(`/api/v1/index/publications/${body.id}/submit`, {});
  return (await centre.post(`/api/v1/index/publications/${body.id}/approve`, {}, centre.cookies.bo)).body;
}

describe('the framework', () => {
  test('of the product is in force from the first start', async () => {
    const { items } = await centre.get('/api/v1/index/frameworks');
    expect(items).toMatchObject([{ code: 'pingan', state: 'active', author: 'system' }]);
    expect((await centre.get(framework(items[0].id))).yaml).toBe(yaml);
  });

  test('with faults is refused, each named with its path', async () => {
    const broken = yaml
      .replace('goalposts: [0, 200]', 'goalposts: [200, 0]')
      .replace('minDataShare', 'minDatShare');
    const answer = await centre.post('/api/v1/index/frameworks', { yaml: broken });
    expect([answer.status, answer.body]).toMatchObject([400, { field: 'body.yaml' }]);
    const { body } = await centre.post('/api/v1/index/frameworks/preview', { yaml: broken });
    expect(body.areas).toEqual([]);
    expect(body.problems.map(({ path }: Json) => path)).toContain('missing.minDatShare');
    const compares =
      'code: a\nversion: "1"\nindex: { code: a, children: [{ code: b, normalisation: { method: rank } }] }';
    const refused = await centre.post('/api/v1/index/frameworks/preview', { yaml: compares });
    expect(refused.body.problems[0].message).toMatch(/goalposts/);
    const nothing = await centre.post('/api/v1/index/frameworks/preview', { yaml: '&a [*a, *a]' });
    expect(nothing.body.problems.length).toBeGreaterThan(0);
  });

  test('is previewed, handed in by one and put in force by another; its number is used once', async () => {
    await publish('2026-06-01');
    const strict = versioned('2.0.0').replace('goalposts: [0, 200]', 'goalposts: [0, 60]');
    const { body: preview } = await centre.post('/api/v1/index/frameworks/preview', { yaml: strict });
    const district = preview.areas.find(({ code }: Json) => code === DISTRICT);
    expect(district.after).toBeLessThan(district.before);

    const { status, body } = await centre.post('/api/v1/index/frameworks', { yaml: strict });
    expect([status, body]).toMatchObject([201, { state: 'draft', author: 'an', version: '2.0.0' }]);
    expect((await centre.post('/api/v1/index/frameworks', { yaml: strict })).body).toMatchObject({
      code: 'already-exists',
    });
    expect((await centre.post(framework(body.id, '/approve'), {}, centre.cookies.bo)).status).toBe(409);
    await centre.post(framework(body.id, '/submit'), {});
    expect((await centre.post(framework(body.id, '/approve'), {})).body).toMatchObject({
      code: 'same-person',
    });
    const approved = await centre.post(framework(body.id, '/approve'), {}, centre.cookies.bo);
    expect(approved.body).toMatchObject({ state: 'active', approver: 'bo' });
    const { items } = await centre.get('/api/v1/index/frameworks');
    expect(items.map(({ version, state }: Json) => `${version} ${state}`)).toEqual([
      '2.0.0 active',
      '1.0.0 retired',
    ]);
    const after = await publish('2026-06-01');
    expect(after).toMatchObject({ version: 2, framework: { version: '2.0.0' } });
    expect(after.score).toBeCloseTo(district.after, 9);
  });
});

describe('areas that stay red', () => {
  test('get a notice, then an interview, then supervision; each is noted once', async () => {
    const red = versioned('3.0.0')
      .replace('from: 60 }', 'from: 99.5 }')
      .replace('from: 75 }', 'from: 99.7 }')
      .replace('from: 90 }', 'from: 99.9 }');
    const { body } = await centre.post('/api/v1/index/frameworks', { yaml: red });
    await centre.post(framework(body.id, '/submit'), {});
    await centre.post(framework(body.id, '/approve'), {}, centre.cookies.bo);
    const steps: string[][] = [];
    for (const month of ['2026-07-01', '2026-08-01', '2026-09-01']) {
      const head = await publish(month);
      const { items } = await centre.get('/api/v1/index/red-steps?state=open&limit=200');
      steps.push(
        items
          .filter(({ publicationId }: Json) => publicationId === head.id)
          .map(({ step }: Json) => step.code),
      );
    }
    expect(steps.map((codes) => new Set(codes))).toEqual([
      new Set(['notice']),
      new Set(['interview']),
      new Set(['supervision']),
    ]);
    expect(steps[0]).toHaveLength(15);
    const { items } = await centre.get('/api/v1/index/red-steps?limit=1');
    const done = `/api/v1/index/red-steps/${items[0].id}/done`;
    expect((await centre.post(done, {})).body).toMatchObject({ field: 'body' });
    expect((await centre.post(done, { note: '已约谈' })).body).toMatchObject({
      state: 'done',
      actor: 'an',
      note: '已约谈',
    });
    expect((await centre.post(done, { note: 'x' })).status).toBe(409);
  });
});

describe('the job', () => {
  test('drafts the day that has ended once, and does nothing while another process is at it', async () => {
    const yesterday = new Date(Date.now() + SHANGHAI_MS - DAY_MS).toISOString().slice(0, 10);
    const at = `${yesterday}T02:00:00.000Z`;
    await centre.post('/api/v1/incidents', {
      source: 'grid',
      externalId: 'yesterday',
      areaCode: centre.grids[0],
      category: 'theft',
      occurredAt: at,
      reportedAt: at,
      escalatedAt: null,
      dueAt: null,
      closedAt: null,
      reworked: false,
      deaths: 0,
    });
    const days = async (): Promise<Json[]> => (await centre.get('/api/v1/index/publications?kind=day')).items;
    await centre.store.publications.alone(async () => {
      await centre.publishing.processAll();
      expect(await centre.store.publications.alone(async () => {})).toBe(false);
    });
    expect(await days()).toEqual([]);
    await Promise.all([centre.publishing.processAll(), centre.publishing.processAll()]);
    await centre.publishing.processAll();
    expect(await days()).toMatchObject([
      { period: { kind: 'day', start: yesterday }, version: 1, state: 'draft', author: 'system' },
    ]);
  });
});

describe('users', () => {
  test('are added by an administrator, and a disabled one is out at once', async () => {
    const add = (body: object, cookie?: string) =>
      centre.post('/api/v1/users', body, cookie ?? centre.cookie);
    const user = { username: 'chen', password: PASSWORD, role: 'analyst' };
    expect((await add(user, centre.cookies.an)).status).toBe(403);
    const { body } = await add(user);
    expect(body).toMatchObject({ username: 'chen', role: 'analyst', disabled: false });
    expect(JSON.stringify(body)).not.toMatch(/password|hash/i);
    expect((await add(user)).body).toMatchObject({ code: 'already-exists', field: 'body.username' });
    expect((await add({ ...user, username: 'd', password: 'short' })).status).toBe(400);
    const cookie = await centre.signIn('chen', PASSWORD);
    await centre.get('/api/v1/events', cookie);
    expect((await centre.post(`/api/v1/users/${body.id}/disable`, {}, centre.cookie)).body).toMatchObject({
      disabled: true,
    });
    expect((await centre.api('/api/v1/events', { cookie })).status).toBe(401);
    await expect(centre.signIn('chen', PASSWORD)).rejects.toThrow('401');
    const { items } = await centre.get('/api/v1/users', centre.cookie);
    const admin = items.find(({ username }: Json) => username === 'admin');
    expect((await centre.post(`/api/v1/users/${admin.id}/disable`, {}, centre.cookie)).status).toBe(409);
  });
});
