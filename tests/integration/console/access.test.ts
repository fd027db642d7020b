import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../gateway/src/base/log.ts';
import { type ConsoleSite, openSite, type SiteOptions } from './console-site.ts';

let site: ConsoleSite;
const open = async (options?: SiteOptions) => {
  site = await openSite(options);
  return site;
};
afterEach(() => site.close());

/** A clock that stands until it is moved. */
function standingClock() {
  let ms = Date.UTC(2026, 10, 22);
  return { now: () => ms, monotonic: () => ms, move: (byMs: number) => (ms += byMs) };
}
const pairWith = (code: string) => site.ask('POST', '/api/session', { body: { code } });

describe('pairing', () => {
  test('takes a code once and gives a cookie that no script and no other site can use', async () => {
    await open();
    const code = await site.newCode();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const first = await pairWith(code);
    expect(first.status).toBe(200);
    expect(first.json).toEqual({ paired: true, site: { gatewayId: 'gw-test', software: 'gateway' } });
    const cookie = first.headers.get('set-cookie') ?? '';
    for (const rule of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200'])
      expect(cookie).toContain(rule);
    expect(await pairWith(code)).toMatchObject({ status: 403, json: { code: 'code-none' } });
  });

  test('takes a code as people type it', async () => {
    await open();
    const code = await site.newCode();
    const typed = code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await pairWith(typed)).status).toBe(200);
  });

  test('tells wrong, old and missing codes apart', async () => {
    const clock = standingClock();
    await open({ clock });
    expect(await pairWith('0000-0000')).toMatchObject({ json: { code: 'code-none' } });
    const code = await site.newCode();
    const wrong = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`;
    expect(await pairWith(wrong)).toMatchObject({ status: 403, json: { code: 'code-wrong' } });
    clock.move(10 * 60_000 + 1);
    expect(await pairWith(code)).toMatchObject({ status: 403, json: { code: 'code-expired' } });
  });

  test('lets an address try five times a minute', async () => {
    const clock = standingClock();
    await open({ clock });
    const code = await site.newCode();
    const tries = await Promise.all(Array.from({ length: 5 }, () => pairWith('ZZZZ-ZZZZ')));
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    const refused = await pairWith(code);
    expect(refused).toMatchObject({ status: 429, json: { code: 'throttled' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    clock.move(60_000);
    expect((await pairWith(code)).status).toBe(200);
  });

  test('of five that come with the same code at once lets one in', async () => {
    await open();
    const code = await site.newCode();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pairWith(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('ends the session before; one session survives a restart and ends with its day', async () => {
    const clock = standingClock();
    await open({ clock });
    await site.pair();
    const before = site.cookie();
    await site.pair();
    expect((await site.ask('GET', '/api/progress', { cookie: before })).status).toBe(401);
    await site.restart();
    expect((await site.ask('GET', '/api/progress')).status).toBe(200);
    clock.move(12 * 3_600_000 + 1);
    expect((await site.ask('GET', '/api/progress')).status).toBe(401);
  });

  test('is over when the technician says so', async () => {
    await open();
    await site.pair();
    expect((await site.ask('DELETE', '/api/session')).status).toBe(204);
    expect(await site.ask('GET', '/api/session')).toMatchObject({ json: { paired: false, site: null } });
    expect((await site.ask('GET', '/api/progress')).status).toBe(401);
  });

  test('leaves no code and no token on the disk or in the log', async () => {
    const lines: string[] = [];
    const log = { ...createLogger('test', 'silent') };
    const write = (fields: unknown, text?: unknown) => void lines.push(JSON.stringify([fields, text]));
    await open({ log: { ...log, warn: write, info: write, error: write, debug: write, child: () => log } });
    const code = await site.newCode();
    const file = join(site.dataDir, 'console-code.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(code.replace('-', ''));
    await pairWith('ZZZZ-ZZZZ');
    const token = ((await pairWith(code)).headers.get('set-cookie') ?? '').slice(15, 40);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.join()).not.toMatch(new RegExp(`${code}|${code.replace('-', '')}|${token}`));
    expect(readFileSync(join(site.dataDir, 'state.db-wal')).includes(token)).toBe(false);
  });
});

describe('what a browser without pairing gets', () => {
  const PATHS = [
    ['DELETE', '/api/session'],
    ['GET', '/api/progress'],
    ['PATCH', '/api/progress'],
    ['DELETE', '/api/progress'],
    ['POST', '/api/self-check'],
    ['GET', '/api/devices'],
    ['POST', '/api/devices'],
    ['GET', '/api/devices/cam-01'],
    ['PATCH', '/api/devices/cam-01'],
    ['DELETE', '/api/devices/cam-01'],
    ['POST', '/api/devices/cam-01/accept'],
    ['POST', '/api/devices/cam-01/try'],
    ['POST', '/api/devices/cam-01/clock'],
    ['GET', '/api/devices/cam-01/picture'],
    ['POST', '/api/scan'],
    ['DELETE', '/api/scan'],
    ['GET', '/api/credentials'],
    ['POST', '/api/credentials'],
    ['DELETE', '/api/credentials/1'],
    ['POST', '/api/test-alarm'],
    ['GET', '/api/summary'],
    ['GET', '/api/summary.json'],
    ['GET', '/api/summary.csv'],
    ['GET', '/api/anything'],
  ] as const;

  test.each(PATHS)('%s %s: nothing', async (method, path) => {
    await open();
    for (const cookie of [null, 'pingan-console=', `pingan-console=${'A'.repeat(43)}`]) {
      const answer = await site.ask(method, path, { cookie });
      expect(answer).toMatchObject({ status: 401, json: { code: 'not-paired' } });
    }
  });

  test('health, metrics and the page itself', async () => {
    await open();
    expect((await site.ask('GET', '/healthz')).status).toBe(200);
    expect((await site.ask('GET', '/metrics')).text).toBe('metrics');
    expect((await site.ask('GET', '/api/session')).json).toEqual({ paired: false, site: null });
  });
});

describe('a paired browser', () => {
  const change = { step: 'discover' };

  test('is obeyed only from a page of this gateway', async () => {
    await open();
    await site.pair();
    const foreign: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `${site.url}0` },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const answer = await site.ask('PATCH', '/api/progress', { body: change, headers });
      expect(answer).toMatchObject({ status: 403, json: { code: 'foreign-origin' } });
    }
    const without = await fetch(`${site.url}/api/progress`, {
      method: 'PATCH',
      body: JSON.stringify(change),
      headers: { 'content-type': 'application/json', cookie: site.cookie() },
    });
    expect(without.status).toBe(403);
    expect((await site.ask('PATCH', '/api/progress', { body: change })).status).toBe(200);
  });

  test('sends JSON of the agreed shape, or is told which field is wrong', async () => {
    await open();
    await site.pair();
    const patch = (body: unknown, headers?: Record<string, string>) =>
      site.ask('PATCH', '/api/progress', headers ? { body, headers } : { body });
    expect(await patch(change, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await patch('{"step":')).toMatchObject({ status: 400, json: { code: 'not-json' } });
    expect(await patch(' '.repeat(70_000))).toMatchObject({ status: 413 });
    expect(await patch({ step: 'moon' })).toMatchObject({ status: 400, json: { code: 'not-valid' } });
    expect((await patch({ step: 'moon' })).text).toContain('step');
    expect(await patch({ unknown: 1 })).toMatchObject({ status: 400 });
    expect((await site.ask('PUT', '/api/progress', { body: {} })).status).toBe(405);
    expect((await site.ask('GET', '/api/nothing')).status).toBe(404);
    expect((await site.ask('GET', `/api/devices/${'x'.repeat(300)}`)).status).toBe(404);
    expect((await site.ask('GET', '/api/devices/%E0%A4%A')).status).toBe(404);
    expect((await site.ask('GET', `/api/devices?${'x'.repeat(3000)}`)).status).toBe(414);
  });
});

describe('the page', () => {
  test('comes with a policy that allows nothing but this origin', async () => {
    await open();
    const folder = join(site.dataDir, 'page');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets/page-1.js'), 'go()');
    writeFileSync(join(site.dataDir, 'secret.html'), 'secret');
    const other = await openSite({ pageFolder: folder });
    const page = await other.ask('GET', '/');
    expect(page).toMatchObject({ status: 200, text: '<!doctype html>' });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const script = await other.ask('GET', '/assets/page-1.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    const etag = script.headers.get('etag') ?? '';
    expect((await other.ask('GET', '/assets/page-1.js', { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
    for (const path of [
      '/../secret.html',
      '/%2e%2e/secret.html',
      '/assets/../../secret.html',
      '/nothing.html',
    ])
      expect((await other.ask('GET', path)).status).toBe(404);
    await other.close();
  });

  test('says how to build it when it is not there', async () => {
    await open({ pageFolder: '/nonexistent' });
    expect(await site.ask('GET', '/')).toMatchObject({
      status: 503,
      text: expect.stringContaining('build:console'),
    });
  });
});
