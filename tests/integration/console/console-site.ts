import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../gateway/src/base/clock.ts';
import { type Logger, silentLogger } from '../../../gateway/src/base/log.ts';
import { StateStore } from '../../../gateway/src/base/state-store.ts';
import { makePairingCode } from '../../../gateway/src/console/access/pairing-code.ts';
import { Console } from '../../../gateway/src/console/console.ts';
import { HttpServer } from '../../../gateway/src/console/http-server.ts';
import { FakeRoster } from '../../support/fake-roster.ts';

export type Reply = { status: number; json: unknown; text: string; headers: Headers };
export type AskOptions = { body?: unknown; headers?: Record<string, string>; cookie?: string | null };

export type ConsoleSite = {
  roster: FakeRoster;
  dataDir: string;
  url: string;
  /** As the page asks: same origin, JSON, the cookie of the last pairing unless another is given. */
  ask(method: string, path: string, options?: AskOptions): Promise<Reply>;
  newCode(): Promise<string>;
  /** Pairs and keeps the cookie. */
  pair(): Promise<void>;
  cookie(): string;
  /** Another process on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export type SiteOptions = { roster?: FakeRoster; clock?: Clock; pageFolder?: string; log?: Logger };

function textOf(body: unknown): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A console with its real HTTP side on a free port; only the roster is made up. */
export async function openSite(options: SiteOptions = {}): Promise<ConsoleSite> {
  const { roster = new FakeRoster(), clock = systemClock, log = silentLogger } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'pingan-console-'));
  let cookie = '';
  const begin = async () => {
    const values = new StateStore(join(dataDir, 'state.db'));
    values.start();
    const http = new HttpServer({
      host: '127.0.0.1',
      port: 0,
      health: () => ({ ok: true }),
      metrics: { contentType: 'text/plain', read: async () => 'metrics' },
      console: new Console({
        site: { gatewayId: 'gw-test', software: 'gateway' },
        dataDir,
        roster,
        values,
        centreUrl: 'mqtt://127.0.0.1:9',
        isConnected: () => true,
        clockOffsetMs: () => 10,
        clock,
        log,
        ...(options.pageFolder === undefined ? {} : { pageFolder: options.pageFolder }),
      }),
      log,
    });
    await http.start();
    const end = async () => {
      await http.stop();
      await values.stop();
    };
    return { url: `http://127.0.0.1:${http.port}`, end };
  };
  let running = await begin();
  const site: ConsoleSite = {
    roster,
    dataDir,
    get url() {
      return running.url;
    },
    ask: async (method, path, { body, headers = {}, cookie: given = cookie } = {}) => {
      const response = await fetch(`${running.url}${path}`, {
        method,
        body: textOf(body),
        headers: {
          origin: running.url,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(given === null || given === '' ? {} : { cookie: given }),
          ...headers,
        },
      });
      const text = await response.text();
      return { status: response.status, json: parsed(text), text, headers: response.headers };
    },
    newCode: () => makePairingCode(dataDir, clock.now()),
    pair: async () => {
      const { headers } = await site.ask('POST', '/api/session', { body: { code: await site.newCode() } });
      cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    },
    cookie: () => cookie,
    restart: async () => {
      await running.end();
      running = await begin();
    },
    close: async () => {
      await running.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return site;
}
