import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrphan } from '../../../dashboard/server/src/store/orphan.ts';
import { anEvent } from '../../support/events.ts';
import { connectGateway } from '../../support/fake-gateway.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';

const MAIN = resolve('dashboard/server/src/main.ts');
let folder: string;
let config: string;
let environment: NodeJS.ProcessEnv;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pingan-restart-'));
  config = join(folder, 'dashboard.yaml');
  await writeFile(config, `broker: { port: ${await freePort()} }\nlogLevel: warn\n`);
  environment = {
    ...process.env,
    PINGAN_DATA_DIR: join(folder, 'data'),
    PINGAN_PORT: String(await freePort()),
  };
});
afterAll(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  const orphan = await findOrphan(join(folder, 'data/database/home/cluster'));
  if (orphan !== null) process.kill(orphan, 'SIGQUIT');
  await until(
    'the database to be gone',
    async () => (await findOrphan(join(folder, 'data/database/home/cluster'))) === null,
  );
  await rm(folder, { recursive: true, force: true });
});

const cluster = () => join(folder, 'data/database/home/cluster');

async function serve() {
  const child = spawn(process.execPath, [MAIN, '--config', config], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const url = await until('the line "listening"', () => /^listening (\S+)$/m.exec(output)?.[1], 30_000);
  return { child, url, output: () => output };
}

async function command(...args: string[]) {
  return promisify(execFile)(process.execPath, [MAIN, ...args, '--config', config], { env: environment });
}

async function readCredentials(file: string) {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  return JSON.parse(await readFile(file, 'utf8'));
}

test('a killed dashboard comes back with everything it has receipted, and a stopped one leaves nothing running', async () => {
  const bundle = join(folder, 'gw-first.json');
  await command('gateway', 'add', 'gw-first', '--name', '第一', '--area', '440306901901901', '--out', bundle);
  expect(await findOrphan(cluster())).toBeNull();
  const credentials = await readCredentials(bundle);

  const first = await serve();
  const password = (await readFile(join(folder, 'data/admin-password.txt'), 'utf8')).trim();
  expect((await stat(join(folder, 'data/admin-password.txt'))).mode & 0o777).toBe(0o600);
  expect(first.output()).not.toContain(password);

  const running = join(folder, 'gw-second.json');
  await command('gateway', 'add', 'gw-second', '--out', running);
  const second = await connectGateway(await readCredentials(running));
  await second.end();

  const gateway = await connectGateway(credentials);
  const events = Array.from({ length: 300 }, () => anEvent({ gatewayId: 'gw-first' }));
  for (let i = 0; i < events.length; i += 50) await gateway.sendEvents(events.slice(i, i + 50), i + 1);
  await gateway.receiptOf(1);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const receipted = new Set(
    gateway.receipts.flatMap(({ ranges }) =>
      ranges.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, i) => events[from - 1 + i]?.id),
      ),
    ),
  );
  await gateway.end();
  expect(await findOrphan(cluster())).not.toBeNull();

  const since = performance.now();
  const again = await serve();
  console.log(
    `ready again after kill -9 in ${Math.round(performance.now() - since)} ms, ${receipted.size} receipted before`,
  );
  const returned = await connectGateway(credentials);
  for (let i = 0; i < events.length; i += 50) await returned.sendEvents(events.slice(i, i + 50), i + 1);
  await returned.receiptOf(300);
  const signIn = await fetch(`${again.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const stored: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const response = await fetch(`${again.url}/api/v1/events?limit=200${cursor}`, { headers: { cookie } });
    const page = JSON.parse(await response.text());
    stored.push(...page.items.map(({ id }: { id: string }) => id));
    next = page.next;
  }
  expect(stored.sort()).toEqual(events.map(({ id }) => id).sort());
  await returned.end();

  const gone = once(again.child, 'exit');
  again.child.kill('SIGTERM');
  expect((await gone)[0]).toBe(0);
  expect(await findOrphan(cluster())).toBeNull();
}, 120_000);

test('a second dashboard on the same folder, and a taken port, are refused in one sentence', async () => {
  const running = await serve();
  await expect(command('serve')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^the data folder is in use by.*\n$/),
  });
  running.child.kill('SIGINT');
  await once(running.child, 'exit');
  const taken = createServer().listen(Number(environment.PINGAN_PORT), '127.0.0.1');
  await once(taken, 'listening');
  try {
    await expect(command('serve')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^port \d+ is taken: .*\n$/),
    });
  } finally {
    taken.close();
  }
  expect(await findOrphan(cluster())).toBeNull();
}, 120_000);
