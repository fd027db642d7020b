/**
 * What live view costs and how far it lags, beside node-rtsp-stream 0.0.9 with the JSMpeg player, on the same stream of the same simulator.
 *   npm run bench:live -- [--viewers 8] [--seconds 30] [--profile 1080p25] [--assert]
 * One of the viewers is Chromium, the others read from their sockets only. Every picture has its number drawn in; latency runs from the
 * moment the simulator sent the picture to the screen refresh at which a page script finds its number, in the same way for both. Processor
 * time is read from /proc over the whole process trees: gateway with its decoder, dashboard with its database; node with its ffmpeg.
 * The gateway watches the camera's small sub-stream for health, as it does on site, and relays the main stream.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { clips } from '../simulators/camera/simulator.ts';
import { openBrowser } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { startService } from '../support/service-process.ts';
import { until } from '../support/until.ts';
import { makeClip, PROFILES } from './ingest/clip.ts';
import { cameraIds, scheduleOf, viewSilently } from './live/centre.ts';
import { type Drain, openDrain } from './live/drains.ts';
import { latencyOf, stampFilters, stampReader } from './live/number-stamp.ts';
import { servePeerPage } from './live/peer-page.ts';
import { median, report, round } from './report.ts';
import { readTrees } from './spine/process-tree.ts';
import { type BenchSystem, startSystem } from './spine/system.ts';

const WARM_UP_MS = 6000;
const SETTLE_MS = 4000;
/** Pictures of the sub-stream that are looked at per second: enough for picture health, there is no detector to feed. */
const HEALTH_FPS = 2;
const PAIR = 2;

type Settings = { viewers: number; seconds: number; profile: string };

function readSettings(): Settings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { viewers: text, seconds: text, profile: text, assert: { type: 'boolean' } },
  });
  const number = (name: string, value: string, { min, max }: { min: number; max: number }) => {
    const read = Number(value);
    if (Number.isInteger(read) && read >= min && read <= max) return read;
    throw new Error(`--${name} must be a whole number from ${min} to ${max}, got "${value}"`);
  };
  return {
    viewers: number('viewers', values.viewers ?? '8', { min: 1, max: 100 }),
    seconds: number('seconds', values.seconds ?? '30', { min: 5, max: 600 }),
    profile: values.profile ?? '1080p25',
  };
}

type Measured = { cpu: number; parts: Record<string, number>; latencies: number[]; rssMb: number };
type Phase = {
  /** Process ids by name; the first is the one whose memory counts. */
  roots: Readonly<Record<string, number>>;
  seconds: number;
  /** Reads the numbers that a page shows for so many seconds. */
  read(): Promise<unknown>;
  schedule(): Promise<Parameters<typeof latencyOf>[1]>;
};

const isPair = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === PAIR && value.every((one) => typeof one === 'number');

async function measure({ roots, read, schedule }: Phase): Promise<Measured> {
  const before = { trees: readTrees(roots), atMs: performance.now() };
  const seen = await read();
  const after = { trees: readTrees(roots), atMs: performance.now() };
  const seconds = (after.atMs - before.atMs) / 1000;
  const sent = await schedule();
  const parts = Object.fromEntries(
    Object.entries(after.trees).flatMap(([name, { ownCpuS, childCpuS }]) => [
      [name, round((ownCpuS - (before.trees[name]?.ownCpuS ?? 0)) / seconds)],
      [`${name} children`, round((childCpuS - (before.trees[name]?.childCpuS ?? 0)) / seconds)],
    ]),
  );
  const pairs = Array.isArray(seen) ? seen.filter(isPair) : [];
  return {
    cpu: Object.values(parts).reduce((sum, part) => sum + part, 0),
    parts,
    latencies: pairs.map((pair) => latencyOf(pair, sent)).filter((ms) => !Number.isNaN(ms)),
    rssMb: Object.values(after.trees).reduce(
      (sum, { ownRssMb, childPssMb }) => sum + ownRssMb + childPssMb,
      0,
    ),
  };
}

type Job = Settings & { system: BenchSystem; browser: Browser; clip: string; width: number };

/** Our way: the maximised tile of the wall in Chromium, the other viewers on tickets of their own. */
async function measureOurs({ system, browser, viewers, seconds, clip, width }: Job): Promise<Measured> {
  const [id = ''] = await cameraIds(system);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const [name = '', ...value] = system.cookie.split('=');
  await context.addCookies([{ name, value: value.join('='), url: system.url }]);
  const page = await context.newPage();
  const drains: Drain[] = [];
  try {
    await page.goto(`${system.url}/wall`);
    await page.getByTestId('wall-tile').waitFor();
    await page.keyboard.press('f');
    await page.locator('video[data-state="playing"]').waitFor({ timeout: 30_000 });
    for (let n = 1; n < viewers; n += 1) drains.push(await viewSilently(system, id, 'main'));
    await wait(WARM_UP_MS);
    const { gateway, dashboard } = system.processes;
    const measured = await measure({
      roots: { gateway: gateway.pid, dashboard: dashboard.pid },
      seconds,
      read: () => page.evaluate(stampReader('video', width, seconds)),
      schedule: () => scheduleOf(system.controlUrl, clip),
    });
    for (const drain of drains) if (drain.bytes() === 0) throw new Error('a viewer got nothing');
    return measured;
  } finally {
    for (const drain of drains) drain.close();
    await context.close();
  }
}

/** Its way: JSMpeg in Chromium, the other viewers on plain sockets. */
async function measurePeer({
  system,
  browser,
  viewers,
  seconds,
  clip,
  width,
  ...job
}: Job): Promise<Measured> {
  const port = await freePort();
  const address = new URL(system.rtspUrls[0] ?? '');
  address.username = system.login.username;
  address.password = system.login.password;
  const kbps = PROFILES.get(job.profile)?.bitrateKbps ?? 2000;
  const peer = await startService({
    args: ['tests/bench/live/peer.ts'],
    env: { BENCH_RTSP_URL: address.href, BENCH_WS_PORT: String(port), BENCH_KBPS: String(kbps) },
    isReady: (line) => line === 'ready',
  });
  const site = await servePeerPage(port);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const drains: Drain[] = [];
  try {
    const page = await context.newPage();
    await page.goto(site.url);
    for (let n = 1; n < viewers; n += 1) drains.push(await openDrain(`ws://127.0.0.1:${port}`));
    await until('pictures of the peer', () => drains.every((drain) => drain.bytes() > 0), 30_000);
    await wait(WARM_UP_MS);
    return await measure({
      roots: { peer: peer.pid },
      seconds,
      read: () => page.evaluate(stampReader('#picture', width, seconds)),
      schedule: () => scheduleOf(system.controlUrl, clip),
    });
  } finally {
    for (const drain of drains) drain.close();
    await context.close();
    await site.stop();
    await peer.stop();
  }
}

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = mkdtempSync(join(tmpdir(), 'pingan-bench-live-'));
  let system: BenchSystem | undefined;
  let browser: Browser | undefined;
  try {
    const { path: clip, profile } = makeClip(folder, settings.profile, stampFilters());
    system = await startSystem(folder, {
      cameras: 1,
      clip,
      subClip: clips.streetSub,
      discovers: false,
      detects: false,
      sampleFps: HEALTH_FPS,
    });
    browser = await openBrowser();
    const job: Job = { ...settings, system, browser, clip, width: profile.width };
    await wait(SETTLE_MS);
    const ours = await measureOurs(job);
    await system.processes.gateway.stop();
    const peer = await measurePeer(job);
    report({
      bench: 'live',
      figures: {
        ...settings,
        cpu: round(ours.cpu),
        cpuOf: ours.parts,
        latencyP50Ms: Math.round(median(ours.latencies)),
        pictures: ours.latencies.length,
        peerCpu: round(peer.cpu),
        peerCpuOf: peer.parts,
        peerLatencyP50Ms: Math.round(median(peer.latencies)),
        peerPictures: peer.latencies.length,
        rssMb: Math.round(ours.rssMb),
        peerRssMb: Math.round(peer.rssMb),
      },
      ratios: {
        cpuAgainstPeer: round(ours.cpu / peer.cpu),
        latencyAgainstPeer: round(median(ours.latencies) / median(peer.latencies)),
      },
      targets: { cpuAgainstPeer: '<=0.2', latencyAgainstPeer: '<1' },
    });
  } finally {
    await browser?.close();
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
