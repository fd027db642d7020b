import { Problem, type ProblemCode } from '../base/problem.ts';
import { runInWorker, WorkerTaskError } from '../base/run-in-worker.ts';
import type {
  PreviewResult,
  PreviewTask,
  PublishResult,
  PublishTask,
  SensitivityResult,
  SensitivityTask,
} from './publication-tasks.ts';

const LIMITS = {
  file: new URL('./publication-worker.ts', import.meta.url),
  timeoutMs: 300_000,
  memoryMb: 3072,
};
/** Computations that may wait; more are refused. */
const QUEUE_LIMIT = 8;

/** Findings of the engine as a problem of the given code; other errors as they are. */
export function asProblem(code: ProblemCode, field?: string) {
  return (cause: unknown): never => {
    if (!(cause instanceof WorkerTaskError) || cause.errorName !== 'IndexError') throw cause;
    throw new Problem(code, { message: cause.message, cause, ...(field === undefined ? {} : { field }) });
  };
}

/** Heavy computations, one at a time, each in a thread of its own. */
export class PublicationEngine {
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  publish(task: PublishTask): Promise<PublishResult> {
    return this.#run(task);
  }

  analyse(task: SensitivityTask): Promise<SensitivityResult> {
    return this.#run(task);
  }

  preview(task: PreviewTask): Promise<PreviewResult> {
    return this.#run(task);
  }

  /** Ends what runs and refuses the rest. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#last;
  }

  #run<Task, Result>(task: Task): Promise<Result> {
    if (this.#waiting >= QUEUE_LIMIT) throw new Problem('too-busy');
    this.#waiting += 1;
    const { signal } = this.#stopping;
    const done = this.#last
      .then(() => runInWorker<Task, Result>(task, { ...LIMITS, signal }))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = done.catch(() => {});
    return done;
  }
}
