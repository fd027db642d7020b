/**
 * What taking in a camera costs: RTSP, decoding, 5 pictures a second, picture health and motion gate, by the gateway as it is installed.
 *   npm run bench:ingest -- [--cameras 10] [--profile 360p25] [--seconds 20] [--detect] [--cpu-prof <folder>] [--assert]
 * Peers in the same seconds on the same streams of the same simulator (a process of its own): Debian's `motion` in one process, detection
 * on, with its own frame rate of 15; and bare ffmpeg, one per camera and thread, that decodes every picture over RTSP and throws it away.
 * Processor time is read from /proc over the process trees. The still profile runs with the detector loaded and a rule armed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCameraProcess } from './ingest/camera-process.ts';
import { makeClip } from './ingest/clip.ts';
import { type BenchGateway, startGateway } from './ingest/gateway.ts';
import { type Peer, startBareDecode, startMotion } from './ingest/peers.ts';
import { report, round } from './report.ts';
import { readTrees, type TreeUsage } from './spine/process-tree.ts';

const SAMPLE_FPS = 5;
/** The just-in-time compiler learns the hot paths, the motion gate its background. */
const WARM_UP_MS = 8000;
const MOTION_FPS = 15;

type Settings = {
  cameras: number;
  profile: string;
  seconds: number;
  isDetecting: boolean;
  nodeOptions: string[];
};

function readSettings(): Settings {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      ...{ cameras: text, profile: text, seconds: text, 'cpu-prof': text },
      ...{ detect: flag, assert: flag },
    },
  });
  const number = (name: string, value: string, { min, max }: { min: number; max: number }) => {
    const read = Number(value);
    if (Number.isInteger(read) && read >= min && read <= max) return read;
    throw new Error(`--${name} must be a whole number from ${min} to ${max}, got "${value}"`);
  };
  const profile = values.profile ?? '360p25';
  const folder = values['cpu-prof'];
  return {
    cameras: number('cameras', values.cameras ?? '10', { min: 1, max: 200 }),
    seconds: number('seconds', values.seconds ?? '20', { min: 5, max: 600 }),
    profile,
    isDetecting: values.detect ?? profile.endsWith('-still'),
    nodeOptions: folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(folder)],
  };
}

type Cost = { cpuPerCamera: number; ownCpuPerCamera: number; mbPerCamera: number };

type Usage = { cpuS: number; ownCpuS: number; mb: number };

/** Of some process trees together. */
function usageOf(pids: readonly number[]): Usage {
  const trees = Object.values(readTrees(Object.fromEntries(pids.map((pid) => [`process ${pid}`, pid]))));
  const sum = (of: (tree: TreeUsage) => number) => trees.reduce((total, tree) => total + of(tree), 0);
  return {
    cpuS: sum((tree) => tree.ownCpuS + tree.childCpuS),
    ownCpuS: sum((tree) => tree.ownCpuS),
    mb: sum((tree) => tree.ownRssMb + tree.childPssMb),
  };
}

type Contenders = { gateway: BenchGateway; bare: Peer; motion: Peer };

/** All in the same seconds: what the machine does besides meets them alike. */
async function measure({ gateway, bare, motion }: Contenders, { seconds, cameras }: Settings) {
  const pids = { gateway: [gateway.process.pid], bare: bare.pids, motion: motion.pids };
  const read = () => ({
    gateway: usageOf(pids.gateway),
    bare: usageOf(pids.bare),
    motion: usageOf(pids.motion),
    atMs: performance.now(),
  });
  const picturesBefore = await gateway.pictures();
  const before = read();
  await wait(seconds * 1000);
  const after = read();
  const cameraSeconds = ((after.atMs - before.atMs) / 1000) * cameras;
  const costOf = (name: keyof typeof pids): Cost => ({
    cpuPerCamera: round((after[name].cpuS - before[name].cpuS) / cameraSeconds),
    ownCpuPerCamera: round((after[name].ownCpuS - before[name].ownCpuS) / cameraSeconds),
    mbPerCamera: Math.round(after[name].mb / cameras),
  });
  const pictures = (await gateway.pictures()) - picturesBefore;
  return {
    gateway: { ...costOf('gateway'), picturesPerSecond: round(pictures / cameraSeconds) },
    bare: costOf('bare'),
    motion: costOf('motion'),
  };
}

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = mkdtempSync(join(tmpdir(), 'pingan-bench-ingest-'));
  const running: { stop(): Promise<void> }[] = [];
  const login = { username: 'operator', password: randomBytes(12).toString('base64url') };
  try {
    const { path, profile } = makeClip(folder, settings.profile);
    const simulated = await startCameraProcess({ count: settings.cameras, clip: path, login });
    try {
      const { cameras, seconds, isDetecting, nodeOptions } = settings;
      const common = { urls: simulated.urls, login };
      const bare = startBareDecode(common);
      running.push(bare);
      const motion = startMotion({
        ...common,
        ...profile,
        folder: join(folder, 'motion'),
        framerate: MOTION_FPS,
      });
      running.push(motion);
      const options = { ...common, folder: join(folder, 'gateway'), isDetecting, nodeOptions };
      const gateway = await startGateway({ ...options, sampleFps: SAMPLE_FPS });
      running.push(gateway.process);
      await wait(WARM_UP_MS);
      const costs = await measure({ gateway, bare, motion }, settings);
      report({
        bench: 'ingest',
        figures: {
          ...{ profile: settings.profile, cameras, seconds, isDetecting, ...costs },
          picturesPerSecond: costs.gateway.picturesPerSecond,
        },
        ratios: {
          cpuAgainstMotion: round(costs.gateway.cpuPerCamera / costs.motion.cpuPerCamera),
          cpuAgainstBareDecode: round(costs.gateway.cpuPerCamera / costs.bare.cpuPerCamera),
        },
        targets: isDetecting
          ? { cpuAgainstBareDecode: '<=1.3', picturesPerSecond: '>=4.5' }
          : { cpuAgainstMotion: '<=1', cpuAgainstBareDecode: '<=1.8', picturesPerSecond: '>=4.5' },
      });
    } finally {
      for (const each of running.reverse()) await each.stop();
      await simulated.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
