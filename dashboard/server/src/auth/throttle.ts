import type { Now } from '../base/clock.ts';

export type ThrottleOptions = {
  /** Failures allowed within the window. */
  limit: number;
  windowMs: number;
  now: Now;
};

const KEY_LIMIT = 10_000;

/** Counts failures per key in a sliding window; keys beyond the bound push out the oldest. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #failures = new Map<string, number[]>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** True when the key has used up its failures. */
  isBlocked(key: string): boolean {
    return this.#recent(key).length >= this.#options.limit;
  }

  fail(key: string): void {
    const failures = [...this.#recent(key), this.#options.now()];
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > KEY_LIMIT && !oldest.done) this.#failures.delete(oldest.value);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string): number[] {
    const since = this.#options.now() - this.#options.windowMs;
    return (this.#failures.get(key) ?? []).filter((at) => at > since);
  }
}
