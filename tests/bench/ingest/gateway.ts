import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Rule } from '@pingan/models/contract';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { type ServiceProcess, startService } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';

const GATEWAY = 'gateway/src/main.ts';

export type GatewayOptions = {
  folder: string;
  urls: readonly string[];
  login: { username: string; password: string };
  /** Whether the detector runs (with a rule to watch for people); otherwise decoding, picture health and motion gate only. */
  isDetecting: boolean;
  /** Instead of the rule that watches for people in the whole picture. */
  rules?: readonly Rule[];
  /** Where events go; out of reach when absent. */
  centre?: { gatewayId: string; publicKey: string; brokerUrl: string };
  /** Pictures per second, whether something moves or not. */
  sampleFps: number;
  nodeOptions?: readonly string[];
};

export type BenchGateway = {
  process: ServiceProcess;
  /** Pictures decoded since the start, all cameras together. */
  pictures(): Promise<number>;
};

function unreachableCentre(port: number): NonNullable<GatewayOptions['centre']> {
  const publicKey = generateKeyPairSync('ed25519')
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
  return { gatewayId: 'gw-bench', publicKey, brokerUrl: `mqtt://127.0.0.1:${port}` };
}

const WHOLE_PICTURE = [
  [0.02, 0.02],
  [0.98, 0.02],
  [0.98, 0.98],
  [0.02, 0.98],
];

const rule = {
  kind: 'zone-intrusion',
  id: 'whole-picture',
  cameras: ['*'],
  zone: { id: 'whole-picture', name: '全画面', polygon: WHOLE_PICTURE },
  labels: ['person'],
  dwellSeconds: 1,
  clearSeconds: 1,
  cooldownSeconds: 3,
  minConfidence: 0.5,
  minHeight: 0.08,
  severity: 2,
};

/** A gateway as it is installed, a process of its own, with these cameras in its configuration and its centre out of reach. */
export async function startGateway(options: GatewayOptions): Promise<BenchGateway> {
  const { folder, urls, login, isDetecting, sampleFps, nodeOptions = [] } = options;
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  const [http, closed] = [await freePort(), await freePort()];
  const centre = options.centre ?? unreachableCentre(closed);
  const credentials = {
    gatewayId: centre.gatewayId,
    token: 'a'.repeat(32),
    brokerUrl: centre.brokerUrl,
    mediaUrl: `ws://127.0.0.1:${closed}`,
    commandPublicKey: centre.publicKey,
  };
  const config = {
    gateway: {
      id: centre.gatewayId,
      dataDir: path('data'),
      logLevel: 'error',
      http: { host: '127.0.0.1', port: http },
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
    detection: { enabled: isDetecting, sampleFps, idleFps: sampleFps, longSide: 416 },
    rules: isDetecting ? (options.rules ?? [rule]) : [],
  };
  writeFileSync(path('credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  writeFileSync(path('password.txt'), login.password, { mode: 0o600 });
  writeFileSync(path('gateway.yaml'), stringify(config));
  const process = await startService({
    args: [...nodeOptions, GATEWAY, 'run', '--config', path('gateway.yaml'), '--exit-with-parent'],
    isReady: (line) => line.startsWith('gateway ready'),
  });
  const pictures = async () => sumOf(await (await fetch(`http://127.0.0.1:${http}/metrics`)).text());
  try {
    await until(
      'pictures of all cameras',
      async () => {
        await wait(250);
        return (await pictures()) >= urls.length * 5;
      },
      60_000,
    );
  } catch (error) {
    await process.stop();
    throw error;
  }
  return { process, pictures };
}

function sumOf(metrics: string): number {
  const lines = metrics.matchAll(/^pingan_camera_pictures_total\{[^}]*\} (\d+)/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
