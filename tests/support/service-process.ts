import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type ServiceProcess = {
  pid: number;
  /** The line that said it is ready. */
  readyLine: string;
  /** Everything it wrote so far, standard output and error. */
  output(): string;
  /** Whether it still runs. */
  isAlive(): boolean;
  /** SIGTERM, and SIGKILL when that does not help; resolves when it is gone. */
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
};

export type ServiceOptions = {
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  isReady(line: string): boolean;
  readyWithinMs?: number;
};

const STOP_WITHIN_MS = 15_000;

/** Starts one of our processes and waits for its ready line. Rejects with what it wrote when it ends or stays silent. */
export async function startService({
  args,
  env = {},
  isReady,
  readyWithinMs = 60_000,
}: ServiceOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const isAlive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    if (isAlive()) child.kill(signal);
    const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(deadline);
  };
  const readyLine = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${args.join(' ')} ${why}:\n${output}`));
    const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs} ms`), readyWithinMs);
    void gone.then(() => fail('ended'));
    child.once('error', (error) => fail(error.message));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (!isReady(line)) return;
      clearTimeout(timer);
      resolve(line);
    });
  }).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    readyLine,
    output: () => output,
    isAlive,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
