import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rule, ZoneIntrusionRule } from '@pingan/models/contract';
import { stringify } from 'yaml';
import type { GatewayConfig } from '../../../gateway/src/config/schema.ts';
import { freePort } from '../../support/free-port.ts';
import { type ServiceProcess, startService } from '../../support/service-process.ts';
import type { Centre } from './centre.ts';

export type GatewayFolder = {
  path: string;
  dataDir: string;
  /** Starts a gateway process on this folder; one at a time. */
  start(): Promise<ServiceProcess>;
  remove(): void;
};

export type GatewayFolderOptions = {
  centre: Centre;
  brokerUrl: string;
  cameras: Partial<GatewayConfig['cameras']>;
  /** Content of the password files by name. */
  secrets?: Readonly<Record<string, string>>;
  discovery?: GatewayConfig['discovery'];
  rules?: readonly Rule[];
  logLevel?: GatewayConfig['gateway']['logLevel'];
  detection?: GatewayConfig['detection'];
};

/** People in the near half of the street: they enter and leave it, so that alarms come and go. */
export const intrusion = (overrides: Partial<ZoneIntrusionRule> = {}): ZoneIntrusionRule => ({
  kind: 'zone-intrusion',
  id: 'near-half',
  cameras: ['*'],
  zone: {
    id: 'near-half',
    name: '通道警戒区',
    polygon: [
      [0.05, 0.55],
      [0.95, 0.55],
      [0.95, 0.98],
      [0.05, 0.98],
    ],
  },
  labels: ['person'],
  dwellSeconds: 0.3,
  clearSeconds: 0.5,
  cooldownSeconds: 0,
  minConfidence: 0.4,
  minHeight: 0.05,
  severity: 2,
  ...overrides,
});

/** A folder with configuration, credentials and secrets of one gateway, as a technician would lay them out. */
export async function prepareGateway(options: GatewayFolderOptions): Promise<GatewayFolder> {
  const { centre, brokerUrl, cameras, secrets = {}, discovery, rules = [intrusion()], logLevel } = options;
  const path = mkdtempSync(join(tmpdir(), 'pingan-gateway-'));
  const file = (name: string) => join(path, name);
  const config: GatewayConfig = {
    gateway: {
      id: centre.gatewayId,
      dataDir: './data',
      logLevel: logLevel ?? 'info',
      http: { host: '127.0.0.1', port: await freePort() },
    },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './credentials.json' },
    discovery: discovery ?? { enabled: false },
    cameras: { networks: [], allowLoopback: true, ...cameras },
    detection: options.detection ?? { workers: 1, sampleFps: 4, longSide: 416 },
    rules: [...rules],
  };
  const credentials = {
    gatewayId: centre.gatewayId,
    token: randomBytes(24).toString('base64url'),
    brokerUrl,
    mediaUrl: 'ws://127.0.0.1:9/api/v1/media/publish',
    commandPublicKey: centre.publicKey,
  };
  writeFileSync(file('gateway.yaml'), stringify(config));
  writeFileSync(file('credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(file(name), secret, { mode: 0o600 });
  return {
    path,
    dataDir: file('data'),
    start: () =>
      startService({
        args: ['gateway/src/main.ts', 'run', '--config', file('gateway.yaml'), '--exit-with-parent'],
        isReady: (line) => line.startsWith('gateway ready'),
      }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
