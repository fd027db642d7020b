import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../support/until.ts';

export const ADMIN_PASSWORD = 'correct horse battery';
const ROOT = join(import.meta.dirname, '../..');
const STOP_WITHIN_MS = 60_000;

export type Demo = {
  url: string;
  pid: number;
  /** Everything `up` has said so far. */
  said(): string;
  errors(): string;
  /** The exit code, null when a signal ended it. */
  ended: Promise<number | null>;
  /** Resolves when the centre answers, before cameras and gateway are started; rejects when `up` ends before. */
  untilAnswering(limitMs?: number): Promise<void>;
  /** Resolves when `up` has said that it is ready; rejects when it ends before. */
  untilReady(limitMs?: number): Promise<void>;
  /** Ctrl-C; resolves with the exit code. May be called twice. */
  interrupt(): Promise<number | null>;
};

/** Starts `up` as a person would, on a port and a data folder of its own. */
export function startDemo(place: { port: number; dataDir: string; password?: string }): Demo {
  const child = spawn(process.execPath, ['deploy/demo/up.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PINGAN_PORT: String(place.port),
      PINGAN_DATA_DIR: place.dataDir,
      PINGAN_ADMIN_PASSWORD: place.password ?? ADMIN_PASSWORD,
      PINGAN_DEMO_CAMERAS: '4',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  let hasEnded = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    });
  });
  const url = `http://127.0.0.1:${place.port}`;
  const mustRun = () => {
    if (hasEnded) throw new Error(`up ended before it was ready:\n${said}${errors}`);
  };
  const isReady = () => {
    mustRun();
    return said.includes(`ready ${url}\n`);
  };
  const isAnswering = async () => {
    mustRun();
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    return answer?.ok === true;
  };
  return {
    url,
    pid: child.pid ?? 0,
    said: () => said,
    errors: () => errors,
    ended,
    untilAnswering: async (limitMs = 90_000) => {
      await until('the centre to answer', isAnswering, limitMs);
    },
    untilReady: async (limitMs = 150_000) => {
      await until('up to be ready', isReady, limitMs);
    },
    interrupt: async () => {
      if (!hasEnded) child.kill('SIGINT');
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      const code = await ended;
      clearTimeout(deadline);
      return code;
    },
  };
}
