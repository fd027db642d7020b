/**
 * What 50 cameras at 1080p25, about 4 Mbit/s each, cost in the simulator's process. The streams are read and thrown away by this
 * process, so that the figure is the simulator's alone. `-- --assert` exits 1 when the target is missed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { ProbeClient } from '../simulators/camera/probe-client.ts';
import { report, round } from './report.ts';

const CAMERAS = 50;
const WARM_UP_MS = 4000;
const MEASURE_MS = 20_000;
const login = { username: 'bench', password: 'bench' };

const Ready = Type.Object({
  controlUrl: Type.String(),
  cameras: Type.Array(Type.Object({ rtspUrl: Type.String() })),
});
const Usage = Type.Object({ cpuS: Type.Number(), rssBytes: Type.Number() });

function makeClip(directory: string): string {
  const path = join(directory, '1080p25.mp4');
  const source = 'testsrc2=size=1920x1080:rate=25:duration=8,noise=alls=6:allf=t';
  const rate = ['-b:v', '4M', '-maxrate', '4M', '-bufsize', '2M', '-bf', '0', '-g', '50'];
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-f',
    'lavfi',
    '-i',
    source,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    ...rate,
  ];
  execFileSync('ffmpeg', [...args, '-pix_fmt', 'yuv420p', path]);
  return path;
}

/** Starts the simulator as its own process, as the demonstration does; it ends with this one. */
async function startCameras(clip: string) {
  const main = fileURLToPath(new URL('../simulators/camera/main.ts', import.meta.url));
  const args = [main, '--cameras', String(CAMERAS), '--clip', clip, '--no-discovery'];
  const env = { ...process.env, PINGAN_SIM_USERNAME: login.username, PINGAN_SIM_PASSWORD: login.password };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready: unknown = JSON.parse(String(line));
  if (!Value.Check(Ready, ready)) throw new Error('the simulator did not say that it is ready');
  return { child, ready };
}

async function readUsage(controlUrl: string) {
  const usage: unknown = await (await fetch(`${controlUrl}/usage`)).json();
  if (!Value.Check(Usage, usage)) throw new Error('the simulator does not tell its usage');
  return usage;
}

async function measure(clip: string) {
  const { child, ready } = await startCameras(clip);
  try {
    const clients = await Promise.all(
      ready.cameras.map((camera) => ProbeClient.connect(camera.rtspUrl, login)),
    );
    for (const client of clients) await client.play();
    const counters = clients.map((client) => client.discard());
    await sleep(WARM_UP_MS);
    const total = () => counters.reduce((sum, count) => sum + count(), 0);
    const before = { usage: await readUsage(ready.controlUrl), bytes: total(), atMs: performance.now() };
    await sleep(MEASURE_MS);
    const after = { usage: await readUsage(ready.controlUrl), bytes: total(), atMs: performance.now() };
    for (const client of clients) client.close();
    const seconds = (after.atMs - before.atMs) / 1000;
    return {
      cpu: (after.usage.cpuS - before.usage.cpuS) / seconds,
      mbitPerS: ((after.bytes - before.bytes) * 8) / seconds / 1e6,
      rssMb: after.usage.rssBytes / 1e6,
    };
  } finally {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  }
}

const directory = mkdtempSync(join(tmpdir(), 'pingan-bench-simulator-'));
try {
  const { cpu, mbitPerS, rssMb } = await measure(makeClip(directory));
  const figures = {
    cameras: CAMERAS,
    cpu: round(cpu),
    cpuPerCamera: round(cpu / CAMERAS),
    mbitPerS: round(mbitPerS),
    rssMb: round(rssMb),
  };
  report({ bench: 'simulator', figures, ratios: {}, targets: { cpu: '<0.1', mbitPerS: '>=180' } });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
