export type BackoffOptions = {
  /** Upper bound of the first wait, ms. */
  baseMs: number;
  /** Upper bound of any wait, ms. */
  capMs: number;
  /** 0 ≤ random() < 1; injected in tests. */
  random?: () => number;
};

/**
 * Exponential backoff with full jitter: a wait drawn evenly from [0, min(cap, base·2^attempt)), never under a tenth of base.
 * @param attempt 0 for the first retry
 */
export function backoffMs(attempt: number, { baseMs, capMs, random = Math.random }: BackoffOptions): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.max(baseMs / 10, random() * ceiling);
}
