import { Worker } from 'node:worker_threads';

export type WorkerOptions = {
  /** The file of the worker: `new URL('./x.ts', import.meta.url)`. */
  file: URL;
  timeoutMs: number;
  memoryMb: number;
  signal?: AbortSignal | undefined;
};

/** What a worker of ours answers: its result, or an error in words. */
export type WorkerAnswer<T> =
  | { kind: 'done'; result: T }
  | { kind: 'failed'; name: string; messages: string[] };

/** A task in a worker failed; `name` is the name of the error there, `messages` its findings. */
export class WorkerTaskError extends Error {
  readonly errorName: string;
  readonly messages: readonly string[];

  constructor(errorName: string, messages: readonly string[]) {
    super(messages.join('\n'));
    this.name = 'WorkerTaskError';
    this.errorName = errorName;
    this.messages = messages;
  }
}

/**
 * Runs one task in a thread of its own with a limit of memory and time, so that neither a large computation nor a hostile file
 * stops the server. The thread is gone when this settles. Throws a WorkerTaskError.
 */
export function runInWorker<Task, Result>(
  task: Task,
  { file, timeoutMs, memoryMb, signal }: WorkerOptions,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  if (signal?.aborted) return Promise.reject(new WorkerTaskError('AbortError', ['stopped']));
  const worker = new Worker(file, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const fail = (name: string, messages: string[]) => reject(new WorkerTaskError(name, messages));
  const timer = setTimeout(() => fail('TimeoutError', [`took longer than ${timeoutMs / 1000} s`]), timeoutMs);
  const onAbort = () => fail('AbortError', ['stopped']);
  signal?.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (answer: WorkerAnswer<Result>) => {
    if (answer.kind === 'done') resolve(answer.result);
    else fail(answer.name, answer.messages);
  });
  worker.on('error', (error) => fail(error.name, [error.message]));
  worker.on('exit', (code) => fail('ExitError', [`the thread ended with ${code}`]));
  return promise.finally(async () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  });
}
