import { Worker } from 'node:worker_threads';
import type { Logger } from '../base/log.ts';
import { type Sleep, sleep } from '../base/sleep.ts';
import type { DetectionResult, Detector, DetectorStats, Picture } from '../pipeline.ts';
import type { WorkerSettings } from './messages.ts';
import { type Job, PictureQueue } from './picture-queue.ts';
import { verifyWeights } from './verify-weights.ts';
import { type JobOutcome, type SlotEvents, WorkerSlot } from './worker-slot.ts';

export type DetectionPoolOptions = WorkerSettings & {
  /** Threads, 1..16; each costs one core while pictures wait and up to 95 MB. */
  workers: number;
  log: Logger;
  /** How long a picture may take before its worker counts as hung, ms. 5000 when absent. */
  timeoutMs?: number;
  /** How long all workers together may take to load the model, ms. 30000 when absent. */
  startTimeoutMs?: number;
  sleep?: Sleep;
  random?: () => number;
  /** Opens a worker thread; replaced in tests. */
  open?: (settings: WorkerSettings) => Worker;
};

const MAX_WORKERS = 16;
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_START_TIMEOUT_MS = 30_000;

const openWorker = (settings: WorkerSettings): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings, name: 'detection' });

/**
 * Detection in worker threads. Of each camera only the newest waiting picture is looked at, cameras in turn; an older one
 * resolves null and is counted as dropped. A worker that ends, throws or does not answer is replaced after a backoff.
 */
export class DetectionPool implements Detector {
  readonly #options: DetectionPoolOptions;
  readonly #queue = new PictureQueue();
  readonly #stats: Omit<DetectorStats, 'workersDown'> = {
    submitted: 0,
    inferred: 0,
    dropped: 0,
    restarts: 0,
    failures: 0,
  };
  #slots: WorkerSlot[] = [];
  #running = false;

  /** Throws `RangeError` naming the option when one is out of range. */
  constructor(options: DetectionPoolOptions) {
    const { workers, minScore } = options;
    if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS)
      throw new RangeError(`detection workers is ${workers}; set it within 1..${MAX_WORKERS}`);
    if (!(minScore >= 0.01 && minScore <= 1))
      throw new RangeError(`detection minScore is ${minScore}; set it within 0.01..1`);
    this.#options = options;
  }

  get stats(): DetectorStats {
    const workersDown = this.#running ? this.#slots.filter((slot) => slot.isDown).length : 0;
    return { ...this.#stats, workersDown };
  }

  /** Resolves when every worker has loaded the model; rejects when one cannot. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { model, labels, minScore, workers, startTimeoutMs = DEFAULT_START_TIMEOUT_MS } = this.#options;
    await verifyWeights(model, labels);
    const settings = { model, minScore, ...(labels && { labels }) };
    const { open = openWorker, timeoutMs = DEFAULT_TIMEOUT_MS, random = Math.random } = this.#options;
    const slotOptions = {
      open: () => open(settings),
      timeoutMs,
      sleep: this.#options.sleep ?? sleep,
      random,
    };
    this.#running = true;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(
      () => reject(new Error(`no detection worker after ${startTimeoutMs} ms`)),
      startTimeoutMs,
    );
    const events = this.#events(workers, { resolve, reject });
    this.#slots = Array.from({ length: workers }, () => new WorkerSlot(slotOptions, events));
    for (const slot of this.#slots) slot.start();
    try {
      await promise;
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** Resolves when every thread is gone; waiting pictures resolve null. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const job of this.#queue.clear()) this.#drop(job.settle);
    await Promise.all(this.#slots.map((slot) => slot.stop()));
    this.#slots = [];
  }

  /** See the port. Never rejects; null also when the pool is not running. */
  detect(picture: Picture, { isUrgent = false } = {}): Promise<DetectionResult | null> {
    this.#stats.submitted++;
    const { promise, resolve } = Promise.withResolvers<DetectionResult | null>();
    if (!this.#running) {
      this.#drop(resolve);
      return promise;
    }
    const older = this.#queue.add({ picture, isUrgent, settle: resolve });
    if (older) this.#drop(older.settle);
    this.#dispatch();
    return promise;
  }

  #drop(settle: (result: null) => void): void {
    this.#stats.dropped++;
    settle(null);
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (!this.#running || !slot.idle) continue;
      const job = this.#queue.next();
      if (!job) return;
      slot.assign(job);
    }
  }

  #events(workers: number, started: { resolve(): void; reject(error: Error): void }): SlotEvents {
    let ready = 0;
    const { log } = this.#options;
    return {
      onReady: () => {
        if (++ready === workers) started.resolve();
      },
      onIdle: () => this.#dispatch(),
      onDone: (job, outcome) => {
        this.#queue.done(job.picture.cameraId);
        this.#settle(job, outcome);
      },
      onLost: (cause) => {
        this.#stats.restarts++;
        log.warn({ cause }, 'detection worker lost, starting another');
        started.reject(new Error(`detection worker did not start: ${cause}`));
      },
    };
  }

  #settle({ picture, settle }: Job, outcome: JobOutcome): void {
    if (outcome.kind === 'detected') this.#stats.inferred++;
    if (outcome.kind === 'stopped') this.#stats.dropped++;
    if (outcome.kind === 'failed') {
      this.#stats.failures++;
      const { cameraId } = picture;
      this.#options.log.warn({ cameraId, cause: outcome.cause }, 'no detections for one picture');
    }
    settle(outcome.kind === 'detected' ? outcome.result : null);
  }
}
