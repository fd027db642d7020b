/**
 * What taking in a camera costs: RTSP, decoding, 5 pictures a second, picture health and motion gate, by the gateway as it is installed.
 *   npm run bench:ingest -- [--cameras 10] [--profile 360p25] [--seconds 20] [--detect] [--cpu-prof <folder>] [--assert]
 * Peers in the same run on the same streams of the same simulator (a process of its own): Debian's `motion` in one process, detection
 * on, with its own frame rate of 15 and with 5; and bare ffmpeg, one per camera and thread, that decodes every picture over RTSP and throws
 * it away. Processor time is read from /proc over the process trees. The still profile runs with the detector loaded and a rule armed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { startService } from '../support/service-process.ts';
import { makeClip } from './ingest/clip.ts';
import { startGateway } from './ingest/gateway.ts';
import { type Peer, startBareDecode, startMotion } from './ingest/peers.ts';
import { report, round } from './report.ts';
import { readTrees } from './spine/process-tree.ts';

const CAMERAS = 'tests/simulators/camera/main.ts';
const SAMPLE_FPS = 5;
/** The just-in-time compiler learns the hot paths, the motion gate its background. */
const WARM_UP_MS = 8000;
const PEER_WARM_UP_MS = 4000;
const MOTION_FPS = 15;

const ReadySchema = Type.Object({ cameras: Type.Array(Type.Object({ rtspUrl: Type.String() })) });

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

/** Processor seconds per camera-second and memory per camera of some process trees. */
async function measure(pids: readonly number[], { cameras, seconds }: Settings): Promise<Cost> {
  const read = () => Object.values(readTrees(Object.fromEntries(pids.map((pid) => [`process ${pid}`, pid]))));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const before = { trees: read(), atMs: performance.now() };
  await wait(seconds * 1000);
  const after = { trees: read(), atMs: performance.now() };
  const cameraSeconds = ((after.atMs - before.atMs) / 1000) * cameras;
  const spent = (part: 'ownCpuS' | 'childCpuS') =>
    sum(after.trees.map((tree) => tree[part])) - sum(before.trees.map((tree) => tree[part]));
  return {
    cpuPerCamera: round((spent('ownCpuS') + spent('childCpuS')) / cameraSeconds),
    ownCpuPerCamera: round(spent('ownCpuS') / cameraSeconds),
    mbPerCamera: Math.round(sum(after.trees.map((tree) => tree.ownRssMb + tree.childPssMb)) / cameras),
  };
}

async function measurePeer(peer: Peer, settings: Settings): Promise<Cost> {
  try {
    await wait(PEER_WARM_UP_MS);
    return await measure(peer.pids, settings);
  } finally {
    await peer.stop();
  }
}

async function startCameras(
  settings: Settings,
  clip: string,
  login: Parameters<typeof startBareDecode>[0]['login'],
) {
  const service = await startService({
    args: [CAMERAS, '--cameras', String(settings.cameras), '--clip', clip, '--no-discovery'],
    env: { PINGAN_SIM_USERNAME: login.username, PINGAN_SIM_PASSWORD: login.password },
    isReady: (line) => line.startsWith('{"ready":true'),
  });
  const ready = Value.Parse(ReadySchema, JSON.parse(service.readyLine));
  return { service, urls: ready.cameras.map(({ rtspUrl }) => rtspUrl) };
}

async function measureGateway(
  settings: Settings,
  options: Pick<Parameters<typeof startGateway>[0], 'folder' | 'urls' | 'login'>,
) {
  const { isDetecting, nodeOptions, cameras } = settings;
  const gateway = await startGateway({ ...options, isDetecting, nodeOptions, sampleFps: SAMPLE_FPS });
  try {
    await wait(WARM_UP_MS);
    const before = { pictures: await gateway.pictures(), atMs: performance.now() };
    const cost = await measure([gateway.process.pid], settings);
    const seconds = (performance.now() - before.atMs) / 1000;
    const pictures = (await gateway.pictures()) - before.pictures;
    return { ...cost, picturesPerSecond: round(pictures / seconds / cameras) };
  } finally {
    await gateway.process.stop();
  }
}

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = mkdtempSync(join(tmpdir(), 'pingan-bench-ingest-'));
  const login = { username: 'operator', password: randomBytes(12).toString('base64url') };
  try {
    const { path, profile } = makeClip(folder, settings.profile);
    const { service, urls } = await startCameras(settings, path, login);
    try {
      const { width, height } = profile;
      const gateway = await measureGateway(settings, { folder: join(folder, 'gateway'), urls, login });
      const bare = await measurePeer(startBareDecode({ urls, login }), settings);
      const motionAt = (framerate: number) =>
        measurePeer(
          startMotion({ urls, login, folder: join(folder, `motion-${framerate}`), width, height, framerate }),
          settings,
        );
      const motion = await motionAt(MOTION_FPS);
      const motionAtSample = await motionAt(SAMPLE_FPS);
      const { cameras, seconds, isDetecting } = settings;
      report({
        bench: 'ingest',
        figures: {
          profile: settings.profile,
          cameras,
          seconds,
          isDetecting,
          gateway,
          bare,
          motion,
          motionAtSample,
        },
        ratios: {
          cpuAgainstMotion: round(gateway.cpuPerCamera / motion.cpuPerCamera),
          cpuAgainstMotionAtSampleFps: round(gateway.cpuPerCamera / motionAtSample.cpuPerCamera),
          cpuAgainstBareDecode: round(gateway.cpuPerCamera / bare.cpuPerCamera),
        },
        targets: isDetecting
          ? { cpuAgainstBareDecode: '<=1.3' }
          : { cpuAgainstMotion: '<=1', cpuAgainstBareDecode: '<=1.8' },
      });
    } finally {
      await service.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
