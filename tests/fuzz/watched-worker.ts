import { Worker } from 'node:worker_threads';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { FuzzFailure, FuzzOptions, FuzzReport } from './fuzz-target.ts';

const Failure = Type.Object({
  part: Type.String(),
  run: Type.Integer(),
  what: Type.String(),
  input: Type.String(),
});
const Message = Type.Object({
  at: Type.Optional(Type.Omit(Failure, ['what'])),
  failure: Type.Optional(Failure),
  done: Type.Optional(
    Type.Object({
      inputs: Type.Record(Type.String(), Type.Integer()),
      slowestMs: Type.Number(),
      retainedMb: Type.Number(),
    }),
  ),
});

/** A second is the limit of an input; the rest is for a machine that has other work. */
const HANG_MS = 5_000;
const MAX_FAILURES = 20;
/** Of the process, garbage not yet collected included; what is really kept must be little. */
const MAX_GROWTH_MB = 512;
const MAX_RETAINED_MB = 32;
const HEAP_MB = 256;

export type WatchedWorker = {
  /** Of the target, for people. */
  name: string;
  /** The file that feeds the inputs and tells about each (`at`), its failures and the end (`done`). */
  worker: URL;
};

/** Feeds the inputs in a thread of its own and ends it when one never ends, kills it or keeps too much memory. */
export function runWatched(watched: WatchedWorker, options: FuzzOptions): Promise<FuzzReport> {
  return new Promise((resolve, reject) => watch(watched, options, { resolve, reject }));
}

function watch(
  { name, worker: url }: WatchedWorker,
  { runs, seed, signal, say }: FuzzOptions,
  { resolve, reject }: { resolve(report: FuzzReport): void; reject(error: unknown): void },
): void {
  const beforeMb = process.memoryUsage.rss() / 2 ** 20;
  const worker = new Worker(url, {
    workerData: { runs, seed },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const failures: FuzzFailure[] = [];
  let at: Omit<FuzzFailure, 'what'> = { part: 'start', run: 0, input: '' };
  let heardMs = performance.now();
  let mostMb = beforeMb;
  let inputs: Record<string, number> = {};
  let slowestMs = 0;
  let retainedMb = 0;
  const hanging = setInterval(() => {
    mostMb = Math.max(mostMb, process.memoryUsage.rss() / 2 ** 20);
    if (at.part === 'start' || performance.now() - heardMs < HANG_MS) return;
    failures.push({ ...at, what: `never ends: silent for ${HANG_MS} ms` });
    void worker.terminate();
  }, 250);
  const onAbort = () => void worker.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (raw: unknown) => {
    heardMs = performance.now();
    const message = Value.Parse(Message, raw);
    if (message.at) at = message.at;
    if (message.failure && failures.length < MAX_FAILURES) failures.push(message.failure);
    if (message.done) ({ inputs, slowestMs, retainedMb } = message.done);
    if (message.at && message.at.run % 2_000 === 0) say(`${name}: ${message.at.run} of ${runs}`);
  });
  worker.on('error', (error) => failures.push({ ...at, what: `the thread ended: ${String(error)}` }));
  worker.on('exit', () => {
    clearInterval(hanging);
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const grownMb = Math.round(mostMb - beforeMb);
    if (grownMb > MAX_GROWTH_MB) failures.push({ ...at, what: `memory grew by ${grownMb} MB` });
    if (retainedMb > MAX_RETAINED_MB) failures.push({ ...at, what: `${retainedMb} MB are still held` });
    resolve({ inputs, failures, slowestMs, grownMb, retainedMb });
  });
}
