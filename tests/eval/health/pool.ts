import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './job.ts';

type Answer = { result: JobResult } | { error: string };

/** Runs the jobs in threads, one for each processor, and gives their results in the order they end. */
export async function runAll(jobs: readonly Job[], onResult: (result: JobResult) => void): Promise<void> {
  const waiting = [...jobs];
  const threads = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () =>
    runThread(waiting, onResult),
  );
  await Promise.all(threads);
}

async function runThread(waiting: Job[], onResult: (result: JobResult) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  try {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage(job);
      const answer = await promise;
      worker.off('error', reject);
      if ('error' in answer) throw new Error(answer.error);
      onResult(answer.result);
    }
  } finally {
    await worker.terminate();
  }
}
