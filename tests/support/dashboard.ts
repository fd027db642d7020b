import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dashboard, startDashboard as start } from '../../dashboard/server/src/app.ts';
import { silentLogger } from '../../dashboard/server/src/base/log.ts';
import { loadConfig } from '../../dashboard/server/src/config/load.ts';
import type { GatewayCredentials } from '../../dashboard/server/src/fleet/fleet.ts';
import type { RelayTimes } from '../../dashboard/server/src/live/relay.ts';

export const ADMIN_PASSWORD = 'correct horse battery';
/** A grid of the sample areas. */
export const SAMPLE_GRID = '440306901901901';

export type Answer = { status: number; body: unknown; headers: Headers };
export type ApiCall = { method?: string; body?: object; cookie?: string; headers?: Record<string, string> };

export type RunningDashboard = Dashboard & {
  dataDir: string;
  /** Cookie of the first user's session. */
  cookie: string;
  /** Calls the REST interface, as the first user unless `cookie` says otherwise (`''` = nobody). */
  api(path: string, call?: ApiCall): Promise<Answer>;
  /** Signs in and returns the cookie. */
  signIn(username: string, password: string): Promise<string>;
  /** Enrols a gateway in a sample grid. */
  addGateway(id: string): Promise<GatewayCredentials>;
  /** Stops everything and removes the data folder unless it was given. */
  stop(): Promise<void>;
};

export type DashboardOptions = {
  /** Kept afterwards; without it a temporary folder is made and removed. */
  dataDir?: string;
  httpPort?: number;
  brokerPort?: number;
  recomputeSeconds?: number;
  liveTimes?: RelayTimes;
  /** Of one gateway's evidence. */
  evidenceMegabytes?: number;
};

async function call(
  url: string,
  { method = 'GET', body, cookie = '', headers = {} }: ApiCall,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(cookie === '' ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const read: unknown = isJson ? await response.json() : Buffer.from(await response.arrayBuffer());
  return { status: response.status, body: read, headers: response.headers };
}

/** A whole dashboard on free ports of this machine with a database of its own. */
export async function startDashboard(options: DashboardOptions = {}): Promise<RunningDashboard> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'pingan-dashboard-')));
  const config = loadConfig(undefined, { PINGAN_DATA_DIR: dataDir, PINGAN_ADMIN_PASSWORD: ADMIN_PASSWORD });
  config.http.port = options.httpPort ?? 0;
  config.broker.port = options.brokerPort ?? 0;
  config.index.recomputeSeconds = options.recomputeSeconds ?? config.index.recomputeSeconds;
  config.evidence.megabytesPerGateway = options.evidenceMegabytes ?? config.evidence.megabytesPerGateway;
  const dashboard = await start({
    config,
    log: silentLogger,
    ...(options.liveTimes === undefined ? {} : { liveTimes: options.liveTimes }),
  });
  const signIn = async (username: string, password: string) => {
    const answer = await call(`${dashboard.url}/api/v1/session`, {
      method: 'POST',
      body: { username, password },
    });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const cookie = await signIn('admin', ADMIN_PASSWORD);
  return {
    ...dashboard,
    dataDir,
    cookie,
    signIn,
    api: (path, request = {}) => call(`${dashboard.url}${path}`, { cookie, ...request }),
    addGateway: (id) => dashboard.fleet.provision({ id, name: id, areaCode: SAMPLE_GRID, actor: 'test' }),
    stop: async () => {
      await dashboard.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
