/**
 * How many 640×360 cameras one machine carries with alerts: 5 pictures a second, detection only where something moves, a line rule armed
 * on every camera.
 *   npm run bench:cameras -- [--cameras 16] [--still 0.8] [--seconds 40] [--assert]
 * The cameras are simulated (a process of its own): `--still` is the share that shows a still scene. Latency is from the capture of the
 * picture that an alarm is of to the arrival of its event, snapshot included, at a consumer behind a real Mosquitto.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { HealthReport } from '@pingan/models/contract';
import { startMosquitto } from '../support/mosquitto.ts';
import { AlertCentre } from './cameras/alert-centre.ts';
import { roadRule } from './cameras/road-rule.ts';
import { startCameraProcess } from './ingest/camera-process.ts';
import { makeClip } from './ingest/clip.ts';
import { startGateway } from './ingest/gateway.ts';
import { report, round } from './report.ts';
import { readTrees } from './spine/process-tree.ts';

const WARM_UP_MS = 20_000;

function settings() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { cameras: text, still: text, seconds: text, assert: { type: 'boolean' } },
  });
  const number = (name: string, value: string, { min, max }: { min: number; max: number }) => {
    const read = Number(value);
    if (read >= min && read <= max) return read;
    throw new Error(`--${name} must be a number from ${min} to ${max}, got "${value}"`);
  };
  return {
    cameras: Math.round(number('cameras', values.cameras ?? '16', { min: 1, max: 100 })),
    still: number('still', values.still ?? '0.8', { min: 0, max: 1 }),
    seconds: number('seconds', values.seconds ?? '40', { min: 10, max: 600 }),
  };
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN;

const worksOf = (health: HealthReport | undefined) => health?.cameras.flatMap(({ work }) => work ?? []) ?? [];
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

async function main(): Promise<void> {
  const { cameras, still, seconds } = settings();
  const folder = mkdtempSync(join(tmpdir(), 'pingan-bench-cameras-'));
  const login = { username: 'operator', password: randomBytes(12).toString('base64url') };
  const stillCount = Math.round(cameras * still);
  const stops: (() => Promise<void>)[] = [];
  try {
    const broker = await startMosquitto();
    stops.push(() => broker.stop());
    const centre = new AlertCentre('gw-bench');
    await centre.start(broker.url);
    stops.push(() => centre.stop());
    const urls: string[] = [];
    for (const [count, profile] of [
      [cameras - stillCount, '360p25'],
      [stillCount, '360p25-still'],
    ] as const) {
      if (count === 0) continue;
      const simulated = await startCameraProcess({ count, clip: makeClip(folder, profile).path, login });
      stops.push(() => simulated.stop());
      urls.push(...simulated.urls);
    }
    const { process: gateway } = await startGateway({
      folder: join(folder, 'gateway'),
      ...{ urls, login, isDetecting: true, sampleFps: 5, rules: [roadRule] },
      centre: { gatewayId: centre.gatewayId, publicKey: centre.publicKey, brokerUrl: broker.url },
    });
    stops.push(() => gateway.stop());
    await centre.streamingAll(cameras);
    await wait(WARM_UP_MS);
    const before = {
      usage: readTrees({ gateway: gateway.pid }),
      works: worksOf(centre.health),
      atMs: performance.now(),
    };
    centre.latenciesMs.length = 0;
    await wait(seconds * 1000);
    const after = {
      usage: readTrees({ gateway: gateway.pid }),
      works: worksOf(centre.health),
      atMs: performance.now(),
    };
    const elapsed = (after.atMs - before.atMs) / 1000;
    const delta = (key: 'pictures' | 'inferred' | 'dropped') =>
      total(after.works.map((work) => work[key])) - total(before.works.map((work) => work[key]));
    const cpu =
      after.usage.gateway.ownCpuS +
      after.usage.gateway.childCpuS -
      before.usage.gateway.ownCpuS -
      before.usage.gateway.childCpuS;
    const figures = {
      cameras,
      stillCameras: stillCount,
      seconds: round(elapsed),
      cores: cpus().length,
      cpuPerCamera: round(cpu / elapsed / cameras),
      cpuCoresUsed: round(cpu / elapsed),
      rssMb: Math.round(after.usage.gateway.ownRssMb + after.usage.gateway.childPssMb),
      picturesPerCameraSecond: round(delta('pictures') / elapsed / cameras),
      inferencesPerSecond: round(delta('inferred') / elapsed),
      dropped: delta('dropped'),
      longestWaitMs: Math.round(Math.max(0, ...after.works.map(({ longestWaitMs = 0 }) => longestWaitMs))),
      events: centre.latenciesMs.length,
      latencyP50Ms: Math.round(percentile(centre.latenciesMs, 0.5)),
      latencyP95Ms: Math.round(percentile(centre.latenciesMs, 0.95)),
    };
    report({
      bench: 'cameras',
      figures,
      ratios: {},
      targets: {
        latencyP95Ms: '<=1500',
        longestWaitMs: '<=1000',
        picturesPerCameraSecond: '>=4.5',
        events: '>=10',
      },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
