import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { samplingArguments } from '../../../gateway/src/decode/ffmpeg-arguments.ts';
import { FfmpegLauncher } from '../../../gateway/src/decode/index.ts';
import { until } from '../../support/until.ts';

const ENDLESS = [
  '-v',
  'error',
  '-nostdin',
  '-f',
  'lavfi',
  '-re',
  '-i',
  'testsrc2=s=64x64:r=5',
  '-f',
  'rawvideo',
  'pipe:1',
];

async function prepared(): Promise<FfmpegLauncher> {
  const launcher = new FfmpegLauncher({ log: silentLogger });
  await launcher.prepare();
  return launcher;
}

/** The ffmpeg below a process that wraps it. */
function ffmpegBelow(pid: number): number | null {
  if (!existsSync(`/proc/${pid}`)) return null;
  if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'ffmpeg') return pid;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return children.map((child) => ffmpegBelow(Number(child))).find((found) => found !== null) ?? null;
}

describe('cage', () => {
  test('limits memory and hides network, home, secrets and capabilities where bubblewrap works', async () => {
    const launcher = await prepared();
    const child = launcher.spawn(ENDLESS);
    child.stdout?.resume();
    const pid = await until('ffmpeg', () => ffmpegBelow(child.pid ?? 0));
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/Max address space\s+1073741824/);
    expect(
      readFileSync(`/proc/${pid}/environ`, 'latin1')
        .split('\0')
        .filter(Boolean)
        .map((pair) => pair.split('=')[0])
        .toSorted(),
    ).not.toContain('HOME');
    if (launcher.sandbox === 'bubblewrap') {
      const root = `/proc/${pid}/root`;
      expect(readdirSync(`${root}/etc`).every((name) => ['alternatives', 'ld.so.cache'].includes(name))).toBe(
        true,
      );
      expect(['home', 'root', 'var', 'tmp', 'run'].filter((name) => existsSync(`${root}/${name}`))).toEqual(
        [],
      );
      expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/CapEff:\s+0+\n/);
    }
    child.kill('SIGKILL');
    await until('its end', () => !existsSync(`/proc/${pid}`));
  });

  test('refuses any input that is not a pipe', async () => {
    const words = samplingArguments({ width: 64, height: 64, picturesPerSecond: 5 });
    const child = (await prepared()).spawn(
      words.map((word) => (word === 'pipe:0' ? '/usr/bin/ffmpeg' : word)),
    );
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += chunk;
    });
    await once(child, 'close');
    expect(complaint).toContain("Protocol 'file' not on whitelist");
  });

  test('dies with the gateway, even at kill -9', async () => {
    const entry = fileURLToPath(new URL('./cage-owner.ts', import.meta.url));
    const owner = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(owner.stdout, 'data');
    const pid = await until('ffmpeg', () => ffmpegBelow(Number(line)));
    owner.kill('SIGKILL');
    await until(
      'its end',
      () => !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
    );
  });

  test('is found once, and again after ffmpeg was installed', async () => {
    const launcher = new FfmpegLauncher({ log: silentLogger, searchPath: '/nonexistent' });
    await expect(launcher.prepare()).rejects.toThrow('apt-get install ffmpeg');
    await expect(launcher.prepare()).rejects.toThrow('apt-get install ffmpeg');
    expect(() => launcher.spawn([])).toThrow('ffmpeg is not installed');
    expect(launcher.sandbox).toBeNull();
  });

  test('falls back to a plain ffmpeg with one warning where there is no bubblewrap', async () => {
    const folder = await mkdtemp('/tmp/pingan-path-');
    const warnings: unknown[] = [];
    const log = {
      ...silentLogger,
      warn: (message: unknown) => warnings.push(message),
      child: () => silentLogger,
    };
    try {
      await symlink('/usr/bin/ffmpeg', `${folder}/ffmpeg`);
      const launcher = new FfmpegLauncher({ log, searchPath: folder });
      await launcher.prepare();
      await launcher.prepare();
      expect(launcher.sandbox).toBe('none');
      expect(warnings).toEqual([expect.stringContaining('bubblewrap')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
