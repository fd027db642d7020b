import { backoffMs } from '../base/backoff.ts';
import type { StreamFaultError } from '../pipeline.ts';

export type RetryOptions = {
  baseMs: number;
  capMs: number;
  /** Wait after a refused or missing password: cameras lock an account after a few wrong tries. */
  passwordMs: number;
  /** A session that played this long starts the waits from the beginning again. */
  steadyMs: number;
  /** After so many failures in a row the circuit is open: the camera is only tried now and then. */
  breakerFailures: number;
  /** Longest wait between tries while the circuit is open; the shortest is half of it. */
  breakerMs: number;
};

/**
 * With these a camera that was gone for a moment is tried again before its loss makes an alarm (ten seconds), also when it flaps again and
 * again; and one that comes back after long is tried within a minute.
 */
export const DEFAULT_RETRY: RetryOptions = {
  baseMs: 1_000,
  capMs: 8_000,
  passwordMs: 60_000,
  steadyMs: 10_000,
  breakerFailures: 8,
  breakerMs: 60_000,
};

export type NextTry = {
  waitMs: number;
  /** What is added to the fault's message: '' or a sentence of its own. */
  note: string;
  /** A hint that the camera is back may shorten the wait. */
  mayHurry: boolean;
};

/**
 * When to try a camera again: exponential backoff with full jitter, and a circuit breaker.
 *
 *     closed ──breakerFailures in a row──▶ open: one try (half-open) every half to whole breakerMs ──steady session──▶ closed
 */
export class RetryPlan {
  readonly #options: RetryOptions;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: Partial<RetryOptions>, random: () => number) {
    this.#options = { ...DEFAULT_RETRY, ...options };
    this.#random = random;
  }

  /** The number of the next try, from 1. */
  get attempt(): number {
    return this.#failures + 1;
  }

  /** @param playedMs how long the session that failed had played; null when it never did */
  next(fault: StreamFaultError, playedMs: number | null): NextTry {
    const { breakerFailures, breakerMs, passwordMs, steadyMs } = this.#options;
    this.#failures = playedMs !== null && playedMs >= steadyMs ? 1 : this.#failures + 1;
    if (fault.fault === 'unauthorized' || fault.fault === 'needs-password')
      return { waitMs: passwordMs + this.#backoffMs(), note: '', mayHurry: false };
    if (this.#failures < breakerFailures) return { waitMs: this.#backoffMs(), note: '', mayHurry: true };
    return {
      waitMs: (breakerMs / 2) * (1 + this.#random()),
      note: ` (failed ${this.#failures} times in a row, now tried every ${Math.round(breakerMs / 1000)} s at most)`,
      mayHurry: true,
    };
  }

  #backoffMs(): number {
    return backoffMs(this.#failures - 1, { ...this.#options, random: this.#random });
  }
}
