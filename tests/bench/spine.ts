/**
 * What the whole way costs and how long it takes: simulated cameras → gateway → dashboard → API, on real footage, every process its own.
 *   npm run bench:spine -- [--cameras 4] [--seconds 60] [--profile <folder>] [--assert]
 * Processor time is read from /proc over the process trees; the simulator is reported apart. Latency runs from the capture of the picture in
 * which the rule fired (the dwell time is over by then) to the first showing in the event stream. The peer is bare ffmpeg, one thread
 * each, decoding the same streams of the same simulator to as many pictures per second.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, report, round } from './report.ts';
import { watchArrivals } from './spine/arrivals.ts';
import { measureBareDecode } from './spine/bare-decode.ts';
import { readTrees, type TreeUsage } from './spine/process-tree.ts';
import { type BenchSystem, SAMPLE_FPS, startSystem } from './spine/system.ts';

/** The motion gate learns its background and the just-in-time compiler the hot paths. */
const WARM_UP_MS = 10_000;
const PEER_SECONDS_LIMIT = 30;

type Settings = { cameras: number; seconds: number; nodeOptions: string[] };

function readSettings(): Settings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { cameras: text, seconds: text, profile: text, assert: { type: 'boolean' } },
  });
  const number = (name: string, value: string, { min, max }: { min: number; max: number }) => {
    const read = Number(value);
    if (Number.isInteger(read) && read >= min && read <= max) return read;
    throw new Error(`--${name} must be a whole number from ${min} to ${max}, got "${value}"`);
  };
  const profile =
    values.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(values.profile)];
  return {
    cameras: number('cameras', values.cameras ?? '4', { min: 1, max: 64 }),
    seconds: number('seconds', values.seconds ?? '60', { min: 10, max: 3600 }),
    nodeOptions: profile,
  };
}

/** The value below which a share of all values lies (nearest rank); NaN when there are none. */
function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;
}

async function measure({ processes, url, cookie }: BenchSystem, seconds: number) {
  const read = () =>
    readTrees({
      gateway: processes.gateway.pid,
      dashboard: processes.dashboard.pid,
      cameras: processes.cameras.pid,
    });
  const arrivals = await watchArrivals(url, cookie);
  const before = { trees: read(), atMs: performance.now() };
  await wait(seconds * 1000);
  const after = { trees: read(), atMs: performance.now() };
  arrivals.close();
  const spent = (name: keyof typeof after.trees, part: keyof TreeUsage) =>
    after.trees[name][part] - before.trees[name][part];
  return {
    seconds: (after.atMs - before.atMs) / 1000,
    cpuS: {
      gateway: spent('gateway', 'ownCpuS'),
      decoders: spent('gateway', 'childCpuS'),
      dashboard: spent('dashboard', 'ownCpuS'),
      database: spent('dashboard', 'childCpuS'),
    },
    simulatorCpuS: spent('cameras', 'ownCpuS') + spent('cameras', 'childCpuS'),
    trees: after.trees,
    latenciesMs: arrivals.latenciesMs(),
  };
}

async function main(): Promise<void> {
  const { cameras, seconds, nodeOptions } = readSettings();
  const folder = mkdtempSync(join(tmpdir(), 'pingan-bench-spine-'));
  let system: BenchSystem | undefined;
  try {
    system = await startSystem(folder, { cameras, nodeOptions });
    await wait(WARM_UP_MS);
    const measured = await measure(system, seconds);
    const cameraSeconds = measured.seconds * cameras;
    const { rtspUrls: urls, login, processes } = system;
    await processes.gateway.stop();
    const peerSeconds = Math.min(seconds, PEER_SECONDS_LIMIT);
    const bare = await measureBareDecode({
      urls,
      login,
      picturesPerSecond: SAMPLE_FPS,
      seconds: peerSeconds,
    });
    const parts = Object.entries(measured.cpuS).map(([name, cpuS]) => [name, round(cpuS / cameraSeconds)]);
    const all = Object.values(measured.cpuS).reduce((sum, cpuS) => sum + cpuS, 0) / cameraSeconds;
    const { gateway, dashboard } = measured.trees;
    const { latenciesMs } = measured;
    report({
      bench: 'spine',
      figures: {
        cameras,
        seconds: round(measured.seconds),
        cpuPerCameraSecond: round(all),
        cpuPerCameraSecondOf: Object.fromEntries(parts),
        simulatorCpuPerCameraSecond: round(measured.simulatorCpuS / cameraSeconds),
        bareDecodeCpuPerCameraSecond: round(bare),
        rssMb: { gateway: Math.round(gateway.ownRssMb), dashboard: Math.round(dashboard.ownRssMb) },
        childrenMb: { decoders: Math.round(gateway.childPssMb), database: Math.round(dashboard.childPssMb) },
        alarms: latenciesMs.length,
        latencyP50S: round(median(latenciesMs) / 1000),
        latencyP95S: round(percentile(latenciesMs, 0.95) / 1000),
        latencyMaxS: round(Math.max(...latenciesMs) / 1000),
      },
      ratios: { cpuAgainstBareDecode: round(all / bare) },
      targets: { latencyP95S: '<=2', alarms: '>=10' },
    });
  } finally {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
