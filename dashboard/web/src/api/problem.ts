import type { Problem } from './types.ts';

/** An answer that is no success, or no answer at all (`status` 0). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Problem, options?: { retryAfterSeconds?: number; cause?: unknown }) {
    super(problem.message, { cause: options?.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.code = problem.code;
    this.field = problem.field;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  'message' in value &&
  typeof value.message === 'string';

/** Seconds of a Retry-After header; undefined when it is absent or a date. */
export function retryAfterOf(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header.trim())) return undefined;
  return Number(header);
}

/** Turns an answer's status, body and Retry-After into one kind of error. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): ProblemError {
  const problem = isProblem(body) ? body : { code: 'unreadable-answer', message: `HTTP ${status}` };
  const seconds = retryAfterOf(retryAfter);
  return new ProblemError(status, problem, seconds === undefined ? {} : { retryAfterSeconds: seconds });
}
