import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { readTrees } from './process-tree.ts';

const WARM_UP_MS = 3000;

export type BareDecodeOptions = {
  urls: readonly string[];
  login: { username: string; password: string };
  picturesPerSecond: number;
  seconds: number;
};

/** Processor seconds per camera-second of bare ffmpeg, one per camera and one thread each: RTSP over TCP in, sampled pictures thrown away. */
export async function measureBareDecode(options: BareDecodeOptions): Promise<number> {
  const { urls, login, picturesPerSecond, seconds } = options;
  const children = urls.map((url) => {
    const address = new URL(url);
    address.username = encodeURIComponent(login.username);
    address.password = encodeURIComponent(login.password);
    const input = ['-rtsp_transport', 'tcp', '-threads', '1', '-i', address.href, '-map', '0:v:0'];
    const output = ['-vf', `fps=${picturesPerSecond}`, '-filter_threads', '1', '-f', 'null', '-'];
    return spawn('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  const ends = children.map((child) => once(child, 'exit'));
  try {
    const usage = () => {
      const trees = readTrees(
        Object.fromEntries(children.map(({ pid }, index) => [`ffmpeg ${index}`, pid ?? 0])),
      );
      return Object.values(trees).reduce((sum, { ownCpuS }) => sum + ownCpuS, 0);
    };
    await wait(WARM_UP_MS);
    const before = { cpuS: usage(), atMs: performance.now() };
    await wait(seconds * 1000);
    return (usage() - before.cpuS) / (((performance.now() - before.atMs) / 1000) * urls.length);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ends);
  }
}
