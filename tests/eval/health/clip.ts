import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export type ClipPlan = {
  path: string;
  input: readonly string[];
  /** Filter graph whose last pad is [out]. */
  graph: string;
  seconds: number;
  fps: number;
  /** Words of the encoder, for example a rate. */
  coding?: readonly string[];
};

/** Makes a clip with ffmpeg unless it is there already. */
export async function makeClip({
  path,
  input,
  graph,
  seconds,
  fps,
  coding = ['-crf', '23'],
}: ClipPlan): Promise<void> {
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return;
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part.mp4`;
  const encoder = [
    '-c:v',
    'libx264',
    '-preset',
    'superfast',
    '-bf',
    '0',
    '-g',
    `${2 * fps}`,
    '-pix_fmt',
    'yuv420p',
  ];
  const words = [
    '-v',
    'error',
    '-nostdin',
    '-y',
    '-threads',
    '1',
    ...input,
    '-filter_complex',
    graph,
    '-map',
    '[out]',
  ];
  const child = spawn(
    'ffmpeg',
    [...words, '-an', '-t', `${seconds}`, '-r', `${fps}`, ...encoder, ...coding, '-threads', '1', part],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`ffmpeg cannot make ${path}: ${Buffer.concat(complaints).toString().slice(-600)}`);
  await rename(part, path);
}
