import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descendantsOf } from '../../faults/process-counts.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { CANARY, tracesIn } from '../../support/canary.ts';
import { freePort } from '../../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';
import { Centre } from './centre.ts';
import { type GatewayFolder, prepareGateway } from './gateway-process.ts';

const LOGIN = CANARY;

/** Arguments and environment of a process; empty when it has just ended. */
function wordsOf(pid: number): Buffer {
  try {
    return Buffer.concat([readFileSync(`/proc/${pid}/cmdline`), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return Buffer.alloc(0);
  }
}

const centre = new Centre('gw-canary');
let broker: Mosquitto;
let simulator: Simulator;
let folder: GatewayFolder;
let gateway: ServiceProcess;
/** Of every child of the gateway that was seen while it worked. */
const childWords = new Map<number, Buffer>();

/**
 * Everything that touches the password happens: a discovered camera and a configured one log in, one of them refuses it, one redirects
 * and one asks for Basic; pictures are decoded and an alarm with its snapshot goes out.
 */
beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  simulator = await startSimulator({
    credentials: LOGIN,
    cameras: [
      { name: 'digest' },
      { name: 'basic', auth: ['basic'] },
      { name: 'refuses', faults: [{ kind: 'unauthorized' }] },
      { name: 'redirects', faults: [{ kind: 'redirect', url: 'rtsp://127.0.0.1:9/live/main' }] },
    ],
    discoveryPort: await freePort(),
  });
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    logLevel: 'debug',
    secrets: { 'password.txt': `${LOGIN.password}\n` },
    discovery: {
      enabled: true,
      interfaces: ['127.0.0.1'],
      multicastPort: simulator.discoveryPort ?? 0,
      periodSeconds: 5,
    },
    cameras: {
      credentials: [{ username: LOGIN.username, passwordFile: './password.txt' }],
      entries: simulator.cameras.map(({ name, rtspUrl }, index) => ({
        source: 'rtsp' as const,
        key: `camera-${index}`,
        name: `configured: ${name}`,
        url: rtspUrl,
        username: LOGIN.username,
        passwordFile: './password.txt',
      })),
    },
  });
  gateway = await folder.start();
  const watch = setInterval(() => {
    for (const pid of descendantsOf(gateway.pid)) childWords.set(pid, wordsOf(pid));
  }, 100);
  const failed = (name: string) => centre.wasSeen(name, 'failed', ({ state }) => state.kind === 'failed');
  await Promise.all([
    centre.nextIntrusion('configured: digest', 60_000),
    centre.streaming('digest'),
    centre.streaming('configured: basic'),
    failed('refuses'),
    failed('configured: refuses'),
    failed('configured: redirects'),
  ]).finally(() => clearInterval(watch));
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await simulator?.stop();
  await centre.stop();
  await broker?.stop();
});

describe('a camera password', () => {
  test('would be noticed in any of its forms', () => {
    const url = `rtsp://${LOGIN.username}:${encodeURIComponent(LOGIN.password)}@camera/live`;
    expect(tracesIn(Buffer.from(url))).not.toEqual([]);
    const basic = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    expect(tracesIn(Buffer.from(`authorization: Basic ${basic}`))).not.toEqual([]);
  });

  test('is in no argument and no environment of a child process', () => {
    const ffmpegs = [...childWords].filter(([, words]) => words.includes('ffmpeg'));
    expect(ffmpegs.length).toBeGreaterThan(0);
    expect([...childWords.values()].flatMap(tracesIn)).toEqual([]);
    expect(tracesIn(wordsOf(gateway.pid))).toEqual([]);
  });

  test('is in no MQTT message', () => {
    expect(centre.messages.length).toBeGreaterThan(0);
    expect(
      centre.messages.flatMap(({ topic, payload }) => tracesIn(Buffer.concat([Buffer.from(topic), payload]))),
    ).toEqual([]);
  });

  test('is in no answer of the gateway’s own page', async () => {
    const address = /http:\/\/\S+/.exec(gateway.readyLine)?.[0] ?? '';
    const answers = await Promise.all(['/healthz', '/metrics'].map((path) => fetch(`${address}${path}`)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts.join('').length).toBeGreaterThan(500);
    expect(tracesIn(Buffer.from(texts.join('')))).toEqual([]);
  });

  test('is in no line of the log and in no file of the data folder', async () => {
    const open = () => readdirSync(folder.dataDir, { recursive: true, withFileTypes: true });
    const files = await until('files', () => open().filter((entry) => entry.isFile()));
    expect(files.length).toBeGreaterThan(1);
    const hits = files.flatMap((entry) =>
      tracesIn(readFileSync(join(entry.parentPath, entry.name))).map((trace) => `${entry.name}: ${trace}`),
    );
    expect(hits).toEqual([]);
    await gateway.stop();
    expect(gateway.output()).toContain('stream failed');
    expect(tracesIn(Buffer.from(gateway.output()))).toEqual([]);
  });
});
