import type { Worker } from 'node:worker_threads';
import { backoffMs } from '../base/backoff.ts';
import { messageOf } from '../base/errors.ts';
import type { Sleep } from '../base/sleep.ts';
import type { DetectionResult } from '../pipeline.ts';
import type { WorkerReply } from './messages.ts';
import type { Job } from './picture-queue.ts';

/**
 * One place for a worker thread:
 *
 *     starting ──ready──▶ idle ◀──reply── busy
 *        │                 │               │
 *        └── error, exit, or no answer within the limit ──▶ waiting ──backoff──▶ starting
 *     any ──stop──▶ stopped
 */
type SlotState =
  | { kind: 'starting'; worker: Worker }
  | { kind: 'idle'; worker: Worker }
  | { kind: 'busy'; worker: Worker; job: Job; limit: NodeJS.Timeout }
  | { kind: 'waiting' }
  | { kind: 'stopped' };

export type SlotOptions = {
  open: () => Worker;
  /** How long a picture may take, ms. */
  timeoutMs: number;
  sleep: Sleep;
  random: () => number;
};

/** How a job ended. */
export type JobOutcome =
  | { kind: 'detected'; result: DetectionResult }
  /** The worker refused the picture, or was lost over it. */
  | { kind: 'failed'; cause: string }
  | { kind: 'stopped' };

export type SlotEvents = {
  /** A started worker has loaded the model. */
  onReady(): void;
  /** The worker can take a picture. */
  onIdle(): void;
  onDone(job: Job, outcome: JobOutcome): void;
  /** The worker is gone and another will be started. */
  onLost(cause: string): void;
};

const BACKOFF = { baseMs: 200, capMs: 10_000 };
/** How long a worker may take to end by itself before it is ended, ms. */
const FAREWELL_MS = 1_000;

export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #events: SlotEvents;
  readonly #stopping = new AbortController();
  /** Threads that are ending; `stop` waits for them. */
  readonly #ending = new Set<Promise<unknown>>();
  #state: SlotState = { kind: 'waiting' };
  /** Losses since the last answer. */
  #losses = 0;

  constructor(options: SlotOptions, events: SlotEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** No worker, or one that has not answered since it was started anew. */
  get isDown(): boolean {
    return this.#state.kind === 'waiting' || (this.#state.kind === 'starting' && this.#losses > 0);
  }

  get idle(): boolean {
    return this.#state.kind === 'idle';
  }

  /** Starts a worker without waiting for it: `onIdle` or `onLost` follows. */
  start(): void {
    if (this.#stopping.signal.aborted) return;
    const worker = this.#options.open();
    this.#state = { kind: 'starting', worker };
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
    worker.on('message', (message: WorkerReply) => this.#onReply(worker, message));
    worker.once('error', (error) => this.#lose(worker, messageOf(error)));
    worker.once('exit', (code) => this.#lose(worker, `thread ended with code ${code}`));
  }

  /** Gives an idle worker a picture; its bytes are copied, the caller keeps its own. */
  assign(job: Job): void {
    if (this.#state.kind !== 'idle') throw new Error('detection worker is not idle');
    const { worker } = this.#state;
    const { timeoutMs } = this.#options;
    const limit = setTimeout(() => this.#lose(worker, `no answer within ${timeoutMs} ms`), timeoutMs);
    this.#state = { kind: 'busy', worker, job, limit };
    const { width, height } = job.picture;
    // Not `slice`: of a Buffer that is a view, and handing it over would take the caller's bytes away.
    const data = new Uint8Array(job.picture.data);
    worker.postMessage({ kind: 'detect', width, height, data }, [data.buffer]);
  }

  /** Resolves when the thread is gone. What it was at is settled with null. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'busy') {
      clearTimeout(state.limit);
      this.#events.onDone(state.job, { kind: 'stopped' });
    }
    if ('worker' in state) {
      state.worker.postMessage({ kind: 'stop' });
      const late = setTimeout(() => void state.worker.terminate(), FAREWELL_MS);
      await Promise.all(this.#ending);
      clearTimeout(late);
    }
    await Promise.all(this.#ending);
  }

  #onReply(worker: Worker, message: WorkerReply): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    if ((message.kind === 'ready') !== (state.kind === 'starting')) return;
    this.#state = { kind: 'idle', worker };
    if (message.kind === 'ready') this.#events.onReady();
    else if (state.kind === 'busy') this.#finish(state, message);
    this.#events.onIdle();
  }

  #finish(
    { job, limit }: SlotState & { kind: 'busy' },
    message: Exclude<WorkerReply, { kind: 'ready' }>,
  ): void {
    clearTimeout(limit);
    this.#losses = 0;
    if (message.kind === 'failed') {
      this.#events.onDone(job, { kind: 'failed', cause: message.message });
      return;
    }
    const { detections, inferenceMs } = message;
    this.#events.onDone(job, { kind: 'detected', result: { picture: job.picture, detections, inferenceMs } });
  }

  #lose(worker: Worker, cause: string): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    this.#state = { kind: 'waiting' };
    void worker.terminate();
    this.#events.onLost(cause);
    if (state.kind === 'busy') {
      clearTimeout(state.limit);
      this.#events.onDone(state.job, { kind: 'failed', cause });
    }
    void this.#restart();
  }

  async #restart(): Promise<void> {
    const { sleep, random } = this.#options;
    await sleep(backoffMs(this.#losses++, { ...BACKOFF, random }), this.#stopping.signal);
    this.start();
  }
}
