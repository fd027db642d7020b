import type { Problem } from '../../../src/console/interface.ts';
import { fill } from '../i18n/fill.ts';
import type { Texts } from '../i18n/zh-cn.ts';

/** What the gateway refused, or that it did not answer (`offline`). */
export class ProblemError extends Error {
  readonly code: string;
  readonly retryAfterS: number;

  constructor({ code, message }: Problem, retryAfterS = 0) {
    super(message);
    this.name = 'ProblemError';
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** Codes whose message names a field or quotes a device: worth reading besides our own words. */
const TELLING = /^(roster-(invalid|refused|failed|busy)|not-valid)$/;

/** Any failure in the words of the page. */
export function sayProblem(
  error: unknown,
  texts: Texts['problems'],
): { text: string; detail: string | null } {
  if (!(error instanceof ProblemError)) return { text: texts.internal, detail: null };
  const known = new Map<string, string>(Object.entries(texts)).get(error.code) ?? texts.internal;
  return {
    text: fill(known, { seconds: error.retryAfterS }),
    detail: TELLING.test(error.code) ? error.message : null,
  };
}
