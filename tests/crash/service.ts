import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export type ServiceOptions = {
  name: string;
  args: readonly string[];
  logFile: string;
  healthUrl: string;
  /** Whether the body of a 200 of /healthz says that it is ready. */
  isReady(health: unknown): boolean;
};

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const LOOK_MS = 20;
/** Of its log, quoted when it fails: characters. */
const LAST_WORDS = 2000;

/** Settings of the caller's shell must not reach into the processes under test. */
const environment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PINGAN_|DATABASE_URL$|NODE_OPTIONS$)/.test(name)),
  );

/** One process under test: started, killed and looked at from outside only. */
export class Service {
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();
  #log: WriteStream | undefined;
  #lastWords = '';

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process; it ends with this one, because its standard input is a pipe from here. */
  launch(): void {
    const { args, logFile } = this.#options;
    this.#log ??= createWriteStream(logFile, { flags: 'a' });
    const child = spawn(process.execPath, [...args, '--exit-with-parent'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment(),
      detached: true,
    });
    child.stdin?.on('error', () => {});
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = `${this.#lastWords}${chunk}`.slice(-LAST_WORDS);
    });
    this.#child = child;
    this.#gone = once(child, 'exit');
  }

  /** Resolves when it answers that it is ready. Rejects when it ends before, or is silent for a minute. */
  async ready(signal: AbortSignal): Promise<void> {
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await this.health())) {
      if (!this.isRunning) throw this.#failure('ended before it was ready');
      if (performance.now() > until) throw this.#failure('was not ready within 60 s');
      await wait(LOOK_MS, undefined, { signal });
    }
  }

  /** What /healthz says when it says ready; null otherwise. */
  async health(): Promise<unknown> {
    try {
      const answer = await fetch(this.#options.healthUrl, { signal: AbortSignal.timeout(2000) });
      const body: unknown = await answer.json();
      return answer.status === 200 && this.#options.isReady(body) ? body : null;
    } catch {
      return null;
    }
  }

  /** SIGKILL; resolves when the process is gone. Throws when it had already ended by itself. */
  async kill(): Promise<void> {
    if (!this.isRunning) throw this.#failure('ended by itself');
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }

  /** SIGTERM and, after a deadline, SIGKILL; may be called twice. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && this.isRunning) {
      child.kill('SIGTERM');
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await this.#gone;
      clearTimeout(deadline);
    }
    this.#log?.end();
    this.#log = undefined;
  }

  #failure(what: string): Error {
    return new Error(`the ${this.#options.name} ${what}; its last words:\n${this.#lastWords}`);
  }
}
