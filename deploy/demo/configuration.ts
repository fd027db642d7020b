import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Settings } from './settings.ts';

/** One gateway at a grid of the sample areas; the second sensor account name belongs to its site. */
export const GATEWAY_ID = 'gw-demo';
export const SENSOR_USER = 'sensors-demo';

export type DemoFiles = {
  folder: string;
  dashboardConfig: string;
  gatewayConfig: string;
  credentials: string;
  sensorCredentials: string;
  cameraLogin: { username: string; password: string };
};

export type DemoPorts = { broker: number; gatewayHttp: number; discovery: number };

function secretFile(path: string, make: () => string): string {
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

/** The near half of the street footage: people enter and leave it, so that alarms come and go. */
const NEAR_HALF = [
  [0.05, 0.55],
  [0.95, 0.55],
  [0.95, 0.98],
  [0.05, 0.98],
];

function gatewayConfig(
  folder: string,
  ports: DemoPorts,
  cameras: number,
  sensors: { username: string; brokerUrl: string },
) {
  return {
    gateway: {
      id: GATEWAY_ID,
      dataDir: join(folder, 'gateway'),
      http: { host: '127.0.0.1', port: ports.gatewayHttp },
    },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './gateway.credentials.json' },
    discovery: {
      enabled: true,
      interfaces: ['127.0.0.1'],
      multicastPort: ports.discovery,
      periodSeconds: 10,
    },
    cameras: {
      networks: [],
      allowLoopback: true,
      limit: cameras,
      credentials: [{ username: 'operator', passwordFile: './camera-password.txt' }],
    },
    detection: { workers: 1, sampleFps: 5, longSide: 416 },
    rules: [
      {
        kind: 'zone-intrusion',
        id: 'near-half',
        cameras: ['*'],
        zone: { id: 'near-half', name: '通道警戒区', polygon: NEAR_HALF },
        labels: ['person'],
        dwellSeconds: 1.5,
        clearSeconds: 2,
        cooldownSeconds: 120,
        minConfidence: 0.45,
        minHeight: 0.08,
        severity: 2,
      },
    ],
    sensors: {
      homeAssistant: {
        brokerUrl: sensors.brokerUrl,
        username: sensors.username,
        passwordFile: './sensor-password.txt',
        node: GATEWAY_ID,
      },
    },
  };
}

/** Where everything of the demonstration is; secrets are made once, mode 0600. */
export function prepareFiles({ dataDir, port }: Settings, ports: DemoPorts): DemoFiles {
  const folder = join(dataDir, 'demo');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = secretFile(join(folder, 'camera-password.txt'), () =>
    randomBytes(12).toString('base64url'),
  );
  const files = {
    folder,
    dashboardConfig: join(folder, 'dashboard.yaml'),
    gatewayConfig: join(folder, 'gateway.yaml'),
    credentials: join(folder, 'gateway.credentials.json'),
    sensorCredentials: join(folder, 'sensors.credentials.json'),
    cameraLogin: { username: 'operator', password },
  };
  const dashboard = {
    http: { host: '127.0.0.1', port },
    dataDir: join(dataDir, 'dashboard'),
    broker: { kind: 'embedded', host: '127.0.0.1', port: ports.broker },
  };
  writeFileSync(files.dashboardConfig, stringify(dashboard), { mode: 0o640 });
  return files;
}

/** Writes the gateway's configuration, when the centre has given out the credentials. */
export function writeGatewayConfig(
  files: DemoFiles,
  ports: DemoPorts,
  cameras: number,
): { username: string; password: string; brokerUrl: string } {
  const sensors: { username: string; password: string } = JSON.parse(
    readFileSync(files.sensorCredentials, 'utf8'),
  );
  writeFileSync(join(files.folder, 'sensor-password.txt'), sensors.password, { mode: 0o600 });
  const brokerUrl = `mqtt://127.0.0.1:${ports.broker}`;
  writeFileSync(
    files.gatewayConfig,
    stringify(gatewayConfig(files.folder, ports, cameras, { username: sensors.username, brokerUrl })),
    { mode: 0o640 },
  );
  return { ...sensors, brokerUrl };
}
