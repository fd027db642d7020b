import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { CANARY, tracesIn } from '../../support/canary.ts';
import { freePort } from '../../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { type CommandResult, runGateway } from '../../support/run-command.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';
import { Centre } from '../gateway/centre.ts';
import { type GatewayFolder, prepareGateway } from '../gateway/gateway-process.ts';

const LOGIN = CANARY;

const centre = new Centre('gw-vault-canary');
const answers: string[] = [];
const commands: CommandResult[] = [];
let broker: Mosquitto;
let simulator: Simulator;
let folder: GatewayFolder;
let gateway: ServiceProcess;
let cookie = '';

const origin = () => /http:\/\/\S+/.exec(gateway.readyLine)?.[0] ?? '';

/** As the technician's page asks; every answer is kept, headers too. */
async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${origin()}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    headers: { origin: origin(), 'content-type': 'application/json', cookie },
  });
  cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
  const text = await response.text();
  answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${text}`);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function command(args: readonly string[], input = ''): Promise<CommandResult> {
  const result = await runGateway(args, input);
  commands.push(result);
  return result;
}

/**
 * The password comes in by the technician's page and by the command line, right and wrong; cameras log in with it, one refuses it,
 * one only takes Basic.
 */
beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  simulator = await startSimulator({
    credentials: LOGIN,
    cameras: [
      { name: 'by page' },
      { name: 'refuses', faults: [{ kind: 'unauthorized' }] },
      { name: 'by command' },
    ],
    discoveryPort: await freePort(),
  });
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    logLevel: 'debug',
    discovery: {
      enabled: true,
      interfaces: ['127.0.0.1'],
      multicastPort: simulator.discoveryPort ?? 0,
      periodSeconds: 5,
    },
    cameras: {},
  });
  gateway = await folder.start();
  const config = ['--config', join(folder.path, 'gateway.yaml')];
  const { code } = JSON.parse((await command(['console-code', ...config, '--json'])).stdout);
  await ask('POST', '/api/session', { code });
  await until('three devices', async () => {
    const { total } = Object(await ask('GET', '/api/devices'));
    return total === 3;
  });
  await ask('POST', '/api/credentials', { group: { kind: 'site' }, ...LOGIN });
  await ask('POST', '/api/credentials', { group: { kind: 'maker', maker: '' }, ...LOGIN });
  await Promise.all([centre.streaming('by page'), centre.streaming('by command')]);
  await centre.wasSeen('refuses', 'failed', ({ state }) => state.kind === 'failed');
  const login = ['--user', LOGIN.username, '--password-stdin'];
  const host = new URL(simulator.cameras[2]?.onvifUrl ?? '').host;
  await command(['cameras', 'add', host, ...config, ...login, '--json'], LOGIN.password);
  await command(['cameras', 'list', ...config, '--json']);
  await command(['cameras', 'list', ...config]);
  await command(['probe', host, '--allow-loopback', ...login, '--json'], LOGIN.password);
  await command(
    ['cameras', 'add', `rtsp://a:${encodeURIComponent('x')}@127.0.0.1/`, ...config, ...login],
    LOGIN.password,
  );
  for (const path of [
    '/api/devices',
    '/api/credentials',
    '/api/progress',
    '/api/summary',
    '/api/summary.json',
    '/api/summary.csv',
  ])
    await ask('GET', path);
  await ask('POST', '/api/self-check', {});
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await simulator?.stop();
  await centre.stop();
  await broker?.stop();
});

describe('a password given to the vault', () => {
  test('would be noticed, and did its work', () => {
    expect(tracesIn(Buffer.from(`x${LOGIN.password}y`))).not.toEqual([]);
    expect(answers.join('\n')).toContain('"from":"site"');
    expect(commands.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test('is in no answer of the technician’s page, not even a refusal', () => {
    expect(answers.length).toBeGreaterThan(8);
    expect(answers.filter((answer) => /^4\d\d/.test(answer)).length).toBeGreaterThan(0);
    expect(answers.flatMap(tracesIn)).toEqual([]);
  });

  test('is in nothing that the command line shows', () => {
    expect(commands.flatMap(({ stdout, stderr }) => tracesIn(stdout + stderr))).toEqual([]);
  });

  test('is in no MQTT message, no file of the data folder and no line of the log', async () => {
    expect(centre.messages.flatMap(({ payload }) => tracesIn(payload))).toEqual([]);
    const files = readdirSync(folder.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain('cameras.db');
    const hits = files.flatMap(({ parentPath, name }) =>
      tracesIn(readFileSync(join(parentPath, name))).map((trace) => `${name}: ${trace}`),
    );
    expect(hits).toEqual([]);
    await gateway.stop();
    expect(tracesIn(gateway.output())).toEqual([]);
  });
});
