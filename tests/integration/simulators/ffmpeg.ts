import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Credentials } from '../../simulators/camera/authenticator.ts';

const run = promisify(execFile);

/** What ffmpeg, as an independent client, makes of a stream: an MD5 per decoded picture, and what it complained of. */
export async function decode(
  url: string,
  login: Credentials,
  options: { transport?: 'tcp' | 'udp'; pictures: number },
): Promise<{ pictures: string[]; complaints: string }> {
  const address = new URL(url);
  address.username = encodeURIComponent(login.username);
  address.password = encodeURIComponent(login.password);
  const input = [
    '-v',
    'error',
    '-nostdin',
    '-rtsp_transport',
    options.transport ?? 'tcp',
    '-i',
    address.href,
  ];
  const args = [
    ...input,
    '-frames:v',
    String(options.pictures),
    '-vsync',
    'passthrough',
    '-f',
    'framemd5',
    'pipe:1',
  ];
  const { stdout, stderr } = await run('ffmpeg', args, { timeout: 40_000 });
  const pictures = stdout.split('\n').filter((line) => line.startsWith('0,'));
  return { pictures: pictures.map((line) => line.split(',').at(-1)?.trim() ?? ''), complaints: stderr };
}
