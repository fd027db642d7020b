import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { sweepDatabase } from './centre-records.ts';
import { prepareLedger } from './ledger.ts';
import { Service } from './service.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DASHBOARD = join(ROOT, 'dashboard/server/src/main.ts');
export const GATEWAY = join(ROOT, 'gateway/src/main.ts');
export const PLANTED_GATEWAY = join(import.meta.dirname, 'planted-gateway.ts');
const GATEWAY_ID = 'gw-crash';
/** A grid of the sample areas. */
const GRID = '440306901901901';

const run = promisify(execFile);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Events without a receipt, as the gateway's /healthz tells. */
export const pendingOf = (health: unknown): number => Number(field(health, 'outboxPending') ?? Number.NaN);

/** One gateway and one centre on this machine, with files of their own and nothing else. */
export type Site = {
  folder: string;
  gateway: Service;
  centre: Service;
  centreData: string;
  outboxFile: string;
  /** Enrols the gateway; the centre must run. */
  enrol(): Promise<void>;
  /** Stops what runs and removes every file. */
  remove(): Promise<void>;
};

/** A configuration file: JSON is YAML too. */
const write = (file: string, content: object) =>
  writeFile(file, JSON.stringify(content, null, 2), { mode: 0o600 });

/**
 * Prepares the site; nothing runs yet.
 * @param program the gateway's entry point
 */
export async function createSite(program: string, sensorBroker: string): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'pingan-crash-'));
  // The database's user must pass through.
  await chmod(folder, 0o711);
  const [http, broker, gatewayHttp] = [await freePort(), await freePort(), await freePort()];
  const file = (name: string) => join(folder, name);
  const centreData = file('centre');
  const gatewayData = file('gateway');
  await write(file('dashboard.yaml'), {
    http: { host: '127.0.0.1', port: http },
    dataDir: centreData,
    broker: { kind: 'embedded', host: '127.0.0.1', port: broker },
    logLevel: 'warn',
  });
  await write(file('gateway.yaml'), {
    gateway: {
      id: GATEWAY_ID,
      dataDir: gatewayData,
      logLevel: 'warn',
      http: { host: '127.0.0.1', port: gatewayHttp },
    },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './credentials.json' },
    discovery: { enabled: false },
    cameras: { networks: [] },
    sensors: { homeAssistant: { brokerUrl: sensorBroker } },
  });
  mkdirSync(gatewayData);
  const outboxFile = join(gatewayData, 'outbox.db');
  prepareLedger(outboxFile);
  const gateway = new Service({
    name: 'gateway',
    args: [program, 'run', '--config', file('gateway.yaml')],
    logFile: file('gateway.log'),
    healthUrl: `http://127.0.0.1:${gatewayHttp}/healthz`,
    isReady: (health) => field(health, 'centre') === true,
  });
  const centre = new Service({
    name: 'dashboard',
    args: [DASHBOARD, '--config', file('dashboard.yaml')],
    logFile: file('dashboard.log'),
    healthUrl: `http://127.0.0.1:${http}/healthz`,
    isReady: () => true,
  });
  const enrolment = [DASHBOARD, 'gateway', 'add', GATEWAY_ID, '--area', GRID];
  enrolment.push('--out', file('credentials.json'), '--config', file('dashboard.yaml'));
  return {
    folder,
    gateway,
    centre,
    centreData,
    outboxFile,
    enrol: async () => {
      await run(process.execPath, enrolment, { timeout: 60_000 });
    },
    remove: async () => {
      await gateway.stop();
      await centre.stop();
      await sweepDatabase(centreData);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
