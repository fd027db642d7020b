import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export type ChildOptions = {
  name: string;
  args: readonly string[];
  env?: Record<string, string>;
  logFile: string;
  /** The first line on standard output that says the process is ready. */
  isReady(line: string): boolean;
  readyWithinMs: number;
};

const RESTART_MS = 1000;
const STOP_WITHIN_MS = 12_000;

/**
 * One process of the system. Its log goes to a file; its end is noticed and it is started again, as a service manager would.
 * Children end with this process: their standard input is a pipe from it.
 */
export class Child {
  readonly #options: ChildOptions;
  #child: ChildProcess | undefined;
  #log: WriteStream | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #lastWords = '';

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Resolves with the ready line; rejects with the last words of a process that ended or stayed silent. */
  start(): Promise<string> {
    const { name, args, env, logFile, isReady, readyWithinMs } = this.#options;
    this.#log ??= createWriteStream(logFile, { flags: 'a', mode: 0o640 });
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      detached: true,
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${name} was not ready within ${readyWithinMs / 1000} s: see ${logFile}`)),
        readyWithinMs,
      );
      let ready = false;
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#log?.write(`${line}\n`);
        if (ready || !isReady(line)) return;
        ready = true;
        clearTimeout(timer);
        resolve(line);
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.#log?.write(`${line}\n`);
        this.#lastWords = line;
      });
      this.#exited = new Promise((gone) => {
        child.once('exit', (code, signal) => {
          clearTimeout(timer);
          gone();
          if (!ready)
            reject(
              new Error(`${name}: ${this.#lastWords || `ended with ${signal ?? code}`} (log: ${logFile})`),
            );
          else if (!this.#stopping) this.#restart(signal ?? code);
        });
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await this.#exited;
      clearTimeout(deadline);
    }
    this.#log?.end();
  }

  #restart(reason: string | number | null): void {
    console.log(`${this.#options.name} ended (${reason}): starting it again`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.start().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : String(error));
      });
    }, RESTART_MS);
  }
}
