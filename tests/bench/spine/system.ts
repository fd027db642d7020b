import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { type ServiceProcess, startService } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';

const DASHBOARD = 'dashboard/server/src/main.ts';
const GATEWAY = 'gateway/src/main.ts';
const CAMERAS = 'tests/simulators/camera/main.ts';
const GATEWAY_ID = 'gw-bench';
/** A grid of the sample areas. */
const GRID = '440306901901901';
export const SAMPLE_FPS = 5;

const ReadySchema = Type.Object({
  controlUrl: Type.String(),
  cameras: Type.Array(Type.Object({ rtspUrl: Type.String(), subRtspUrl: Type.String() })),
});
type Ready = Static<typeof ReadySchema>;
const HealthSchema = Type.Object({ centre: Type.Boolean(), streaming: Type.Number() });

export type BenchSystem = {
  url: string;
  /** Of the session of the first user. */
  cookie: string;
  processes: { gateway: ServiceProcess; dashboard: ServiceProcess; cameras: ServiceProcess };
  rtspUrls: readonly string[];
  /** Of the simulated cameras: faults are set there. */
  controlUrl: string;
  adminPassword: string;
  login: { username: string; password: string };
  stop(): Promise<void>;
};

export type SystemOptions = {
  cameras: number;
  nodeOptions?: readonly string[];
  /** What the cameras play; `subClip` is their sub-stream. */
  clip?: string;
  subClip?: string;
  /** False: the cameras stand in the gateway's configuration, main and sub-stream by their addresses. */
  discovers?: boolean;
  /** False: no detector is loaded and there is no rule; decoding and health go on. */
  detects?: boolean;
  /** Pictures that are looked at per second and camera while something moves. */
  sampleFps?: number;
  /** More sections of the gateway's configuration. */
  gateway?: object;
};

type Ports = { http: number; broker: number; gateway: number; discovery: number };

/** The near half of the street: people enter and leave it, so that alarms come and go. Where somebody always is, one alarm stays. */
const ZONE = [
  [0.05, 0.55],
  [0.95, 0.55],
  [0.95, 0.98],
  [0.05, 0.98],
];

/** The cameras as a person would enter them, main and sub-stream. */
const entriesOf = ({ cameras }: Ready) =>
  cameras.map(({ rtspUrl, subRtspUrl }, index) => ({
    source: 'rtsp',
    key: `camera-${index + 1}`,
    name: `${index + 1} 号摄像机`,
    url: rtspUrl,
    subUrl: subRtspUrl,
    username: 'operator',
    passwordFile: './camera-password.txt',
  }));

type ConfigOptions = { folder: string; ports: Ports; options: SystemOptions; ready: Ready };

function gatewayConfig({ folder, ports, options, ready }: ConfigOptions) {
  const { cameras, discovers = true, detects = true, sampleFps = SAMPLE_FPS } = options;
  return {
    gateway: {
      id: GATEWAY_ID,
      dataDir: join(folder, 'gateway'),
      logLevel: 'warn',
      http: { host: '127.0.0.1', port: ports.gateway },
    },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './gateway.credentials.json' },
    discovery: {
      enabled: discovers,
      interfaces: ['127.0.0.1'],
      multicastPort: ports.discovery,
      periodSeconds: 10,
    },
    cameras: {
      networks: [],
      allowLoopback: true,
      limit: cameras,
      credentials: [{ username: 'operator', passwordFile: './camera-password.txt' }],
      ...(discovers ? {} : { entries: entriesOf(ready) }),
    },
    detection: { enabled: detects, workers: 1, sampleFps, longSide: 416 },
    rules: detects ? [NEAR_HALF] : [],
    ...options.gateway,
  };
}

/** People enter and leave it, so that alarms come and go. */
export const NEAR_HALF = {
  kind: 'zone-intrusion',
  id: 'near-half',
  cameras: ['*'],
  zone: { id: 'near-half', name: '街道中段', polygon: ZONE },
  labels: ['person'],
  dwellSeconds: 1,
  clearSeconds: 1,
  cooldownSeconds: 3,
  minConfidence: 0.45,
  minHeight: 0.08,
  severity: 2,
};

async function signIn(url: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function isStreaming(port: number, cameras: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  const health: unknown = await answer.json();
  return Value.Check(HealthSchema, health) && health.centre && health.streaming >= cameras;
}

/** Dashboard, simulated cameras and gateway, each a process of its own, started by the same commands as an installation. */
export async function startSystem(folder: string, options: SystemOptions): Promise<BenchSystem> {
  const { cameras, nodeOptions = [], clip, subClip, discovers = true } = options;
  const started: ServiceProcess[] = [];
  const start = async (...[process]: Parameters<typeof startService>) => {
    const service = await startService(process);
    started.push(service);
    return service;
  };
  const stop = async () => {
    for (let service = started.pop(); service !== undefined; service = started.pop()) await service.stop();
  };
  const ports = {
    http: await freePort(),
    broker: await freePort(),
    gateway: await freePort(),
    discovery: await freePort(),
  };
  const login = { username: 'operator', password: randomBytes(12).toString('base64url') };
  const adminPassword = randomBytes(12).toString('base64url');
  const path = (name: string) => join(folder, name);
  const dashboardConfig = {
    http: { host: '127.0.0.1', port: ports.http },
    dataDir: path('dashboard'),
    broker: { kind: 'embedded', host: '127.0.0.1', port: ports.broker },
    logLevel: 'warn',
  };
  writeFileSync(path('dashboard.yaml'), stringify(dashboardConfig));
  writeFileSync(path('camera-password.txt'), login.password, { mode: 0o600 });
  try {
    const dashboard = await start({
      args: [DASHBOARD, '--config', path('dashboard.yaml'), '--exit-with-parent'],
      env: { PINGAN_ADMIN_PASSWORD: adminPassword },
      isReady: (line) => line.startsWith('listening '),
      readyWithinMs: 90_000,
    });
    const add = ['gateway', 'add', GATEWAY_ID, '--area', GRID, '--out', path('gateway.credentials.json')];
    execFileSync(process.execPath, [DASHBOARD, ...add, '--config', path('dashboard.yaml')], {
      stdio: 'pipe',
    });
    const simulator = await start({
      args: [
        CAMERAS,
        ...['--cameras', String(cameras)],
        ...(discovers ? ['--discovery-port', String(ports.discovery)] : ['--no-discovery']),
        ...(clip === undefined ? [] : ['--clip', clip]),
        ...(subClip === undefined ? [] : ['--sub-clip', subClip]),
      ],
      env: { PINGAN_SIM_USERNAME: login.username, PINGAN_SIM_PASSWORD: login.password },
      isReady: (line) => line.startsWith('{"ready":true'),
    });
    const ready = Value.Parse(ReadySchema, JSON.parse(simulator.readyLine));
    writeFileSync(path('gateway.yaml'), stringify(gatewayConfig({ folder, ports, options, ready })));
    const gateway = await start({
      args: [...nodeOptions, GATEWAY, 'run', '--config', path('gateway.yaml'), '--exit-with-parent'],
      isReady: (line) => line.startsWith('gateway ready'),
    });
    await until(`${cameras} cameras to stream`, () => isStreaming(ports.gateway, cameras), 60_000);
    const url = `http://127.0.0.1:${ports.http}`;
    return {
      url,
      cookie: await signIn(url, adminPassword),
      processes: { gateway, dashboard, cameras: simulator },
      rtspUrls: ready.cameras.map(({ rtspUrl }) => rtspUrl),
      controlUrl: ready.controlUrl,
      adminPassword,
      login,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
