/**
 * npm run up: the whole system on this machine. Simulated cameras and sensors, one gateway, one dashboard, each a process of its own,
 * started by the same commands and configuration files as a real installation.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Child } from './child.ts';
import {
  type DemoFiles,
  type DemoPorts,
  GATEWAY_ID,
  prepareFiles,
  SENSOR_USER,
  writeGatewayConfig,
} from './configuration.ts';
import { preflight } from './preflight.ts';
import { RefusalError, readSettings, type Settings } from './settings.ts';

const DASHBOARD = 'dashboard/server/src/main.ts';
const GATEWAY = 'gateway/src/main.ts';
const CAMERAS = 'tests/simulators/camera/main.ts';
const SENSORS = 'tests/simulators/sensors/main.ts';
/** A grid of the sample areas. */
const GRID = '440306901901901';
const ALL_STREAMING_WITHIN_MS = 60_000;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function choosePorts(): Promise<DemoPorts> {
  return { broker: await freePort(), gatewayHttp: await freePort(), discovery: await freePort() };
}

async function step<T>(text: string, work: () => Promise<T> | T): Promise<T> {
  const from = performance.now();
  process.stdout.write(`  ${text} … `);
  try {
    const result = await work();
    console.log(`done (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.log('failed');
    throw error;
  }
}

/** The environment overrides a configuration file: what is meant for the demonstration must not reach into its parts. */
function dashboardEnvironment({ port, dataDir }: Settings): Record<string, string> {
  return { PINGAN_PORT: String(port), PINGAN_DATA_DIR: join(dataDir, 'dashboard') };
}

function runDashboardCommand(settings: Settings, args: readonly string[]): void {
  execFileSync(process.execPath, [DASHBOARD, ...args], {
    env: { ...process.env, ...dashboardEnvironment(settings) },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
}

/** Registers the gateway and its sensors at the centre, as an administrator would. Credentials are given out anew at every start. */
function register(settings: Settings, files: DemoFiles): void {
  const common = ['--config', files.dashboardConfig];
  runDashboardCommand(settings, [
    'gateway',
    'add',
    GATEWAY_ID,
    '--name',
    '固戍北口网关',
    '--area',
    GRID,
    '--out',
    files.credentials,
    ...common,
  ]);
  if (existsSync(files.sensorCredentials)) return;
  runDashboardCommand(settings, [
    'sensor-user',
    'add',
    SENSOR_USER,
    '--gateway',
    GATEWAY_ID,
    '--out',
    files.sensorCredentials,
    ...common,
  ]);
}

async function waitForCameras(ports: DemoPorts, wanted: number): Promise<number> {
  const until = performance.now() + ALL_STREAMING_WITHIN_MS;
  let streaming = 0;
  while (performance.now() < until) {
    try {
      const answer = await fetch(`http://127.0.0.1:${ports.gatewayHttp}/healthz`);
      const health: { centre: boolean; streaming: number } = JSON.parse(await answer.text());
      streaming = health.streaming;
      if (health.centre && streaming >= wanted) return streaming;
    } catch {
      // The gateway is not up yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return streaming;
}

type System = { children: Child[]; add(child: Child): Promise<string> };

async function startAll(system: System, settings: Settings): Promise<void> {
  const ports = await choosePorts();
  const files = prepareFiles(settings, ports);
  const log = (name: string) => join(files.folder, `${name}.log`);
  const child = (
    name: string,
    args: string[],
    isReady: (line: string) => boolean,
    env: Record<string, string> = {},
  ) => system.add(new Child({ name, args, env, logFile: log(name), isReady, readyWithinMs: 90_000 }));

  const isJson = (line: string) => line.startsWith('{"ready":true');
  const passwordEnv =
    settings.adminPassword === undefined ? {} : { PINGAN_ADMIN_PASSWORD: settings.adminPassword };
  await step('dashboard: database, broker, web', () =>
    child(
      'dashboard',
      [DASHBOARD, '--config', files.dashboardConfig, '--exit-with-parent'],
      (line) => line.startsWith('listening '),
      { ...passwordEnv, ...dashboardEnvironment(settings) },
    ),
  );
  await step('gateway registered at the centre', () => register(settings, files));
  const sensors = writeGatewayConfig(files, ports, settings.cameras);
  await step(`${settings.cameras} simulated cameras`, () =>
    child(
      'cameras',
      [CAMERAS, '--cameras', String(settings.cameras), '--discovery-port', String(ports.discovery)],
      isJson,
      {
        PINGAN_SIM_USERNAME: files.cameraLogin.username,
        PINGAN_SIM_PASSWORD: files.cameraLogin.password,
      },
    ),
  );
  await step('gateway: detector, outbox, uplink', () =>
    child('gateway', [GATEWAY, 'run', '--config', files.gatewayConfig, '--exit-with-parent'], (line) =>
      line.startsWith('gateway ready'),
    ),
  );
  await step('2 simulated sensors', () =>
    child('sensors', [SENSORS], isJson, {
      PINGAN_SIM_MQTT_URL: sensors.brokerUrl,
      PINGAN_SIM_MQTT_USERNAME: sensors.username,
      PINGAN_SIM_MQTT_PASSWORD: sensors.password,
      PINGAN_SIM_MQTT_SITE: GATEWAY_ID,
    }),
  );
  await step('cameras found, admitted and streaming', async () => {
    const streaming = await waitForCameras(ports, settings.cameras);
    process.stdout.write(`${streaming} of ${settings.cameras} `);
  });
}

function sayReady(settings: Settings): void {
  console.log(`ready http://127.0.0.1:${settings.port}`);
  const file = join(settings.dataDir, 'dashboard', 'admin-password.txt');
  if (settings.adminPassword !== undefined)
    console.log('log in as admin with the password of PINGAN_ADMIN_PASSWORD');
  else if (existsSync(file)) console.log(`log in as admin; the password is in ${file}`);
  console.log('Ctrl-C stops everything; the data stays for the next time.');
}

async function main(): Promise<number> {
  const settings = readSettings(process.env);
  const unlock = await preflight(settings);
  const system: System = {
    children: [],
    add(child) {
      this.children.push(child);
      return child.start();
    },
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const child of [...system.children].reverse()) await child.stop();
      unlock();
    })();
    return stopping;
  };
  const asked = new Promise<void>((resolve) => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
    process.on('SIGHUP', resolve);
  });
  try {
    const ended = await Promise.race([startAll(system, settings).then(() => false), asked.then(() => true)]);
    if (!ended) {
      sayReady(settings);
      await asked;
    }
    console.log('\nstopping …');
    return 0;
  } finally {
    await stop();
    console.log('stopped');
  }
}

try {
  process.exit(await main());
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(error instanceof RefusalError ? text : `cannot start: ${text}`);
  process.exit(1);
}
