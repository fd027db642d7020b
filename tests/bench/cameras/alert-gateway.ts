import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '@pingan/models/contract';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { type ServiceProcess, startService } from '../../support/service-process.ts';
import type { AlertCentre } from './alert-centre.ts';

export type AlertGatewayOptions = {
  folder: string;
  urls: readonly string[];
  login: { username: string; password: string };
  centre: AlertCentre;
  brokerUrl: string;
};

/** Across the road of the street footage: somebody passes every few seconds. */
const rule: Rule = {
  kind: 'line-crossing',
  id: 'road',
  cameras: ['*'],
  line: {
    id: 'road',
    name: '道路',
    points: [
      [0.55, 0.1],
      [0.55, 0.95],
    ],
  },
  direction: 'both',
  labels: ['person'],
  clearSeconds: 0.5,
  cooldownSeconds: 0,
  minConfidence: 0.4,
  minHeight: 0.05,
  severity: 3,
};

/** A gateway as it is installed, five pictures a second of every camera, one rule armed on all. */
export async function startAlertGateway(options: AlertGatewayOptions): Promise<ServiceProcess> {
  const { folder, urls, login, centre, brokerUrl } = options;
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(path(name), text, { mode: 0o600 });
  const config = {
    gateway: {
      id: centre.gatewayId,
      dataDir: path('data'),
      logLevel: 'error',
      http: { host: '127.0.0.1', port: await freePort() },
    },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './credentials.json' },
    cameras: {
      networks: [],
      allowLoopback: true,
      limit: urls.length,
      entries: urls.map((url, index) => ({
        source: 'rtsp',
        key: `camera-${index}`,
        name: `camera ${index}`,
        url,
        username: login.username,
        passwordFile: './password.txt',
      })),
    },
    detection: { sampleFps: 5, longSide: 416 },
    rules: [rule],
  };
  const credentials = {
    gatewayId: centre.gatewayId,
    token: 'a'.repeat(32),
    brokerUrl,
    mediaUrl: 'ws://127.0.0.1:9',
    commandPublicKey: centre.publicKey,
  };
  write('credentials.json', JSON.stringify(credentials));
  write('password.txt', login.password);
  write('gateway.yaml', stringify(config));
  return startService({
    args: ['gateway/src/main.ts', 'run', '--config', path('gateway.yaml'), '--exit-with-parent'],
    isReady: (line) => line.startsWith('gateway ready'),
  });
}
