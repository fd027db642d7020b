import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerAnswer } from './run-in-worker.ts';

/** The findings of an error, one a line. */
const messagesOf = (error: unknown): string[] =>
  error instanceof Error ? error.message.split('\n') : [String(error)];

/** In a worker: does the task that came with it and answers. `Task` must be what `runInWorker` was given. */
export async function answerTask<Task, Result>(
  work: (task: Task) => Result | Promise<Result>,
): Promise<void> {
  const task: Task = workerData;
  const answer: WorkerAnswer<Result> = await Promise.resolve()
    .then(() => work(task))
    .then(
      (result): WorkerAnswer<Result> => ({ kind: 'done', result }),
      (error: unknown): WorkerAnswer<Result> => ({
        kind: 'failed',
        name: error instanceof Error ? error.name : 'Error',
        messages: messagesOf(error),
      }),
    );
  parentPort?.postMessage(answer);
}
