import { randomBytes } from 'node:crypto';
import { uuidV7 } from '@pingan/models/contract';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrokenLink } from '../../../dashboard/server/src/audit/chain.ts';
import { ROLES, type Role } from '../../../dashboard/server/src/auth/permissions.ts';
import { silentLogger } from '../../../dashboard/server/src/base/log.ts';
import { openApiDocument } from '../../../dashboard/server/src/openapi.ts';
import { EmbeddedDatabase } from '../../../dashboard/server/src/store/embedded-database.ts';
import {
  ADMIN_PASSWORD,
  type RunningDashboard,
  SAMPLE_GRID,
  startDashboard,
} from '../../support/dashboard.ts';
import { anEvent } from '../../support/events.ts';

let dashboard: RunningDashboard;
const cookies = new Map<Role | 'nobody', string>([['nobody', '']]);

beforeAll(async () => {
  dashboard = await startDashboard();
  await dashboard.addGateway('gw-test');
  cookies.set('admin', dashboard.cookie);
  for (const role of ['analyst', 'operator', 'viewer'] as const) {
    await dashboard.services.sessions.addUser({
      username: role,
      password: 'long enough',
      role,
      actor: 'test',
    });
    cookies.set(role, await dashboard.signIn(role, 'long enough'));
  }
});
afterAll(() => dashboard?.stop());

const store = (...events: ReturnType<typeof anEvent>[]) =>
  dashboard.store.writeEvents(
    events.map((event) => ({ event, jpeg: null })),
    new Date(),
  );

describe('default deny', () => {
  /** Who may do what that is not merely reading; everything else is for every role. */
  const RESERVED: [RegExp, Role[]][] = [
    [/ \/api\/v1\/users/, ['admin']],
    [/ \/api\/v1\/imports|\/sensitivity$/, ['admin', 'analyst']],
    [/^(post|patch) \/api\/v1\/(index|incidents)/, ['admin', 'analyst']],
    [/^post .*\/(acknowledge|false|close)$/, ['operator', 'admin']],
    [/^post .*\/live$/, ['operator', 'admin']],
    [/^post .*\/evidence$|^get .*\/evidence\/files\//, ['operator', 'admin']],
    [/ .*\/maintenance/, ['operator', 'admin']],
    [/^post \/api\/v1\/gateways$/, ['admin']],
    [/^post .*\/restore$/, ['admin']],
    [/^put \/api\/v1\/verdicts/, ['operator', 'admin']],
    [/^put /, ['admin']],
  ];
  const PUBLIC = ['post /api/v1/session', 'get /healthz', 'get /metrics'];
  /** Opened by a ticket or the gateway's own credentials: see evidence.test.ts. */
  const OF_GATEWAYS = / \/api\/v1\/evidence\/uploads/;

  test('holds for every route and every role', async () => {
    const document = JSON.parse(JSON.stringify(await openApiDocument()));
    const routes: string[] = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(18);
    const wrong: string[] = [];
    for (const route of routes.filter((one) => !PUBLIC.includes(one) && !OF_GATEWAYS.test(one))) {
      const [method = '', template = ''] = route.split(' ');
      if (route === 'delete /api/v1/session' || template.endsWith('/stream')) continue;
      const path = template
        .replace('{id}', template.includes('events') ? uuidV7(Date.now(), randomBytes(10)) : 'gw-none:cam')
        .replace('{name}', 'clip.mp4');
      const allowed = RESERVED.find(([pattern]) => pattern.test(route))?.[1] ?? [...ROLES];
      for (const [who, cookie] of cookies) {
        const body = ['post', 'put'].includes(method) ? { body: {} } : {};
        const { status } = await dashboard.api(path, { method: method.toUpperCase(), cookie, ...body });
        const isRefused = status === 401 || status === 403;
        const expected = who === 'nobody' ? 401 : allowed.includes(who) ? 'in' : 403;
        if (expected === 'in' ? isRefused : status !== expected) wrong.push(`${who} ${route}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('holds for the stream and for a session that is over', async () => {
    expect((await dashboard.api('/api/v1/stream', { cookie: '' })).status).toBe(401);
    const cookie = await dashboard.signIn('viewer', 'long enough');
    expect((await dashboard.api('/api/v1/session', { method: 'DELETE', cookie })).status).toBe(204);
    expect((await dashboard.api('/api/v1/events', { cookie })).body).toMatchObject({ code: 'not-signed-in' });
  });
});

describe('the browser’s safety', () => {
  test('requests from other sites that would change something are refused', async () => {
    const headers = { origin: 'https://evil.example' };
    const answer = await dashboard.api('/api/v1/gateways', { method: 'POST', body: {}, headers });
    expect([answer.status, answer.body]).toMatchObject([403, { code: 'foreign-origin' }]);
    const own = await dashboard.api('/api/v1/gateways', {
      method: 'POST',
      body: {},
      headers: { origin: dashboard.url },
    });
    expect(own.body).toMatchObject({ code: 'invalid', field: 'body' });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    '',
  ])('a body of type "%s" is refused', async (type) => {
    const response = await fetch(`${dashboard.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from('{"username":"admin","password":"x"}'),
    });
    expect([400, 415]).toContain(response.status);
  });

  test('pages carry a fresh nonce in policy and markup, and no unsafe-inline', async () => {
    const pages = await Promise.all([1, 2].map(() => dashboard.api('/duty', { cookie: '' })));
    const policies = pages.map(({ headers }) => headers.get('content-security-policy') ?? '');
    expect(policies.join()).not.toMatch(/unsafe/);
    if (pages[0]?.status !== 200) return;
    const nonces = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
    expect(nonces[0]).not.toBe(nonces[1]);
    pages.forEach(({ body }, i) => {
      expect(String(body)).toContain(nonces[i]);
      expect(String(body)).not.toContain('__CSP_NONCE__');
    });
  });

  test('no path leads out of the web app’s folder', async () => {
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
    ]) {
      const { body } = await dashboard.api(path);
      expect(String(body)).not.toContain('"dependencies"');
    }
  });
});

describe('signing in', () => {
  test('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await dashboard.api('/api/v1/session', {
      method: 'POST',
      body: { username: 'admin', password: ADMIN_PASSWORD },
      cookie: '',
    });
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect(answer.body).toMatchObject({ user: { username: 'admin', role: 'admin' } });
  });

  test('is held up after five failures, even when tried at once, and says nothing about who exists', async () => {
    const attempt = (username: string) =>
      dashboard.api('/api/v1/session', { method: 'POST', body: { username, password: 'wrong' }, cookie: '' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => attempt('nobody-here')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
    expect((await attempt('operator')).body).toEqual(answers.find(({ status }) => status === 401)?.body);
  });
});

describe('disposal', () => {
  const act = (id: string, action: string, note = '') =>
    dashboard.api(`/api/v1/events/${id}/${action}`, {
      method: 'POST',
      body: { note },
      cookie: cookies.get('operator') ?? '',
    });

  test('goes new → acknowledged → closed and tells every step', async () => {
    const event = anEvent();
    await store(event);
    expect((await act(event.id, 'close')).status).toBe(409);
    expect((await act(event.id, 'acknowledge')).body).toMatchObject({ state: 'acknowledged' });
    const again = await act(event.id, 'acknowledge');
    expect([again.status, again.body]).toMatchObject([409, { code: 'conflict' }]);
    expect((await act(event.id, 'close', '已到场')).body).toMatchObject({
      state: 'closed',
      steps: [
        { action: 'raised', actor: event.gatewayId },
        { action: 'acknowledge', actor: 'operator' },
        { action: 'close', actor: 'operator', note: '已到场' },
      ],
    });
    expect((await act(event.id, 'false')).status).toBe(409);
  });

  test('by two at once is won by one', async () => {
    const event = anEvent();
    await store(event);
    const answers = await Promise.all(Array.from({ length: 6 }, () => act(event.id, 'false')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  test('of an event that is not there answers 404', async () => {
    expect((await act(uuidV7(Date.now(), randomBytes(10)), 'acknowledge')).status).toBe(404);
  });

  test('is written into an audit trail that the database lets nobody change', async () => {
    const rows = await dashboard.store.audit.all();
    expect(rows.map(({ action }) => action)).toContain('event.close');
    expect(findBrokenLink(rows)).toBeNull();
    const url = await new EmbeddedDatabase(`${dashboard.dataDir}/database`, silentLogger).findRunning();
    const client = new pg.Client({ connectionString: url ?? '' });
    await client.connect();
    try {
      for (const statement of ["update audit set actor = 'x'", 'delete from audit', 'truncate audit']) {
        await expect(client.query(statement)).rejects.toThrow(/only grows/);
      }
    } finally {
      await client.end();
    }
  });
});

describe('lists', () => {
  test('of events are paged without gap or repetition while new ones arrive', async () => {
    const camera = { kind: 'camera' as const, id: 'cam-paged', name: 'x' };
    const events = Array.from({ length: 25 }, () => anEvent({ origin: camera }));
    for (let i = 0; i < events.length; i += 5) await store(...events.slice(i, i + 5));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await dashboard.api(`/api/v1/events?limit=7&cameraId=gw-test:cam-paged${from}`);
      const page: { items: { id: string }[]; next: string | null } = JSON.parse(JSON.stringify(body));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
      await store(anEvent({ origin: camera }));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual(events.map(({ id }) => id).sort());
  });

  test('are filtered by state, type and severity', async () => {
    await store(anEvent({ type: 'smoke-alarm', severity: 1 }));
    const { body } = await dashboard.api('/api/v1/events?type=smoke-alarm&severity=1&state=new');
    expect(body).toMatchObject({
      items: [{ type: 'smoke-alarm', typeName: { zh: '烟雾报警' }, area: { code: SAMPLE_GRID } }],
    });
  });

  test.each([
    'limit=0',
    'limit=9999',
    'limit=x',
    'cursor=%00',
    'type=nonsense',
    'since=yesterday',
  ])('refuse %s and name the field', async (query) => {
    const { status, body } = await dashboard.api(`/api/v1/events?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid', field: expect.stringMatching(query.split('=')[0] ?? '') });
  });
});

describe('gateways', () => {
  test('are enrolled once, and the token is in no later answer', async () => {
    const body = { id: 'gw-new', name: '新网关', area: SAMPLE_GRID };
    const first = await dashboard.api('/api/v1/gateways', { method: 'POST', body });
    expect(first.body).toMatchObject({
      gatewayId: 'gw-new',
      mediaUrl: expect.stringMatching(/^ws:.*publish$/),
    });
    const { token } = JSON.parse(JSON.stringify(first.body));
    expect((await dashboard.api('/api/v1/gateways', { method: 'POST', body })).body).toMatchObject({
      code: 'already-exists',
    });
    expect(JSON.stringify((await dashboard.api('/api/v1/gateways')).body)).not.toContain(token);
    const elsewhere = { ...body, id: 'gw-elsewhere', area: '999' };
    expect((await dashboard.api('/api/v1/gateways', { method: 'POST', body: elsewhere })).body).toMatchObject(
      {
        code: 'invalid',
        field: 'body.area',
      },
    );
  });

  test.each(['__proto__', 'constructor', 'toString'])('named %s are just names', async (id) => {
    const answer = await dashboard.api(`/api/v1/cameras/${id}:x`);
    expect([400, 404]).toContain(answer.status);
  });
});

describe('areas and index', () => {
  test('come with the sample, labelled as such, and no score where nothing was observed', async () => {
    const { body } = await dashboard.api('/api/v1/areas');
    const { items } = JSON.parse(JSON.stringify(body));
    expect(items).toHaveLength(15);
    expect(items.every(({ sample }: { sample: boolean }) => sample)).toBe(true);
    const index = JSON.parse(JSON.stringify((await dashboard.api('/api/v1/index')).body));
    expect(index.areas).toHaveLength(15);
    expect(index.areas.find(({ code }: { code: string }) => code === '440306901901902')).toMatchObject({
      score: null,
    });
  });
});

describe('operations', () => {
  test('health and metrics answer on this machine, the documents to everybody', async () => {
    expect((await dashboard.api('/healthz', { cookie: '' })).body).toEqual({ status: 'ok' });
    expect(String((await dashboard.api('/metrics', { cookie: '' })).body)).toContain('pingan_ingest_total');
    const proxied = { cookie: '', headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect((await dashboard.api('/metrics', proxied)).status).toBe(403);
    expect((await dashboard.api('/api/openapi.json', { cookie: '' })).body).toMatchObject({
      openapi: '3.1.0',
    });
    expect((await dashboard.api('/api/docs', { cookie: '' })).status).toBe(200);
  });
});
