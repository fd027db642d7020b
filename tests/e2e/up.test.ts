/** The command of the README: what it starts, what it leaves behind, and what it says when it cannot start. In order. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { type CentreClient, signIn } from './centre-client.ts';
import { processesNaming, stillRunning, treeOf } from './processes.ts';
import { ADMIN_PASSWORD, type Demo, startDemo } from './running-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'pingan-up-'));
const dataDir = join(folder, 'data');
let demo: Demo;
let centre: CentreClient;
let port = 0;

const camerasStreaming = async () => {
  const cameras = await centre.cameras();
  return cameras.filter(({ state }) => state.kind === 'streaming').length;
};

/** One line, and nothing else, that ends `up` with exit code 1. */
async function refusal(place: { port: number; dataDir: string; password?: string }): Promise<string> {
  const refused = startDemo(place);
  onTestFinished(async () => {
    await refused.interrupt();
  });
  expect(await refused.ended).toBe(1);
  expect(refused.said()).toBe('');
  const lines = refused.errors().trim().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

beforeAll(async () => {
  port = await freePort();
  demo = startDemo({ port, dataDir });
  await demo.untilReady();
  centre = await signIn(demo.url);
});

afterAll(async () => {
  await demo?.interrupt();
  rmSync(folder, { recursive: true, force: true });
});

describe('up', () => {
  let known: string[] = [];

  test('streams four of four cameras when it is ready', async () => {
    await until('four streaming cameras', async () => (await camerasStreaming()) === 4, 30_000);
    expect(demo.said()).toContain('4 of 4');
    expect(demo.said()).not.toContain(ADMIN_PASSWORD);
  });

  test('raises a zone intrusion by a person, with a snapshot and a camera code, within 60 s of ready', async () => {
    const from = performance.now();
    const event = await until(
      'a zone intrusion with a snapshot',
      async () =>
        (await centre.events('&type=zone-intrusion')).find(({ snapshotUrl }) => snapshotUrl !== null),
      60_000,
    );
    console.log(`first zone intrusion ${((performance.now() - from) / 1000).toFixed(1)} s after ready`);
    expect(event.detail.track?.label).toBe('person');
    expect(event.camera?.code).toMatch(/^\d{20}$/);
    const snapshot = await centre.get(event.snapshotUrl ?? '');
    expect(snapshot.status).toBe(200);
    expect(snapshot.headers.get('content-type')).toBe('image/jpeg');
    const bytes = new Uint8Array(await snapshot.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(bytes.length).toBeGreaterThan(10_000);
  });

  test('refuses a second one on the same data folder, and the first goes on', async () => {
    const said = await refusal({ port: await freePort(), dataDir });
    expect(said).toContain('already running');
    expect(said).toContain('PINGAN_DATA_DIR');
    expect(await camerasStreaming()).toBe(4);
  });

  test('leaves no process behind after Ctrl-C', async () => {
    known = (await centre.events()).map(({ id }) => id);
    const tree = treeOf(demo.pid);
    const names = tree.map(({ name }) => name).join(' ');
    for (const part of ['ffmpeg', 'postgres']) expect(names).toContain(part);
    expect(tree.length).toBeGreaterThan(10);
    expect(processesNaming(dataDir).length).toBeGreaterThanOrEqual(5);
    const from = performance.now();
    expect(await demo.interrupt()).toBe(0);
    console.log(`${tree.length} processes stopped in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    expect(stillRunning(tree)).toEqual([]);
    expect(processesNaming(dataDir)).toEqual([]);
    expect(demo.errors()).toBe('');
  });

  test('resumes with its data the next time', async () => {
    const from = performance.now();
    demo = startDemo({ port, dataDir });
    await demo.untilReady();
    console.log(`ready again after ${((performance.now() - from) / 1000).toFixed(1)} s`);
    centre = await signIn(demo.url);
    expect(known.length).toBeGreaterThan(0);
    const ids = (await centre.events()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(known));
    expect(new Set(ids).size).toBe(ids.length);
    await until('four streaming cameras', async () => (await camerasStreaming()) === 4, 30_000);
    expect(await centre.cameras()).toHaveLength(4);
    expect(await demo.interrupt()).toBe(0);
    expect(processesNaming(dataDir)).toEqual([]);
  });
});

describe('up says in one sentence why it cannot start', () => {
  let taken: Server;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => taken.close(resolve)));

  test('a taken port', async () => {
    const address = taken.address();
    const takenPort = typeof address === 'object' && address !== null ? address.port : 0;
    const said = await refusal({ port: takenPort, dataDir: join(folder, 'unused') });
    expect(said).toContain(`port ${takenPort} is taken`);
    expect(said).toContain('PINGAN_PORT');
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const said = await refusal({ port: await freePort(), dataDir: file });
    expect(said).toContain(`${file} cannot be written`);
    expect(said).toContain('PINGAN_DATA_DIR');
  });

  test('a data folder where nobody may write, not even root', async () => {
    const said = await refusal({ port: await freePort(), dataDir: '/sys/pingan' });
    expect(said).toContain('/sys/pingan cannot be written');
  });

  test('a password that is too short', async () => {
    const said = await refusal({ port: await freePort(), dataDir, password: 'short' });
    expect(said).toContain('at least 8 characters');
  });
});
