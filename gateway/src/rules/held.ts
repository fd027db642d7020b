/** Nobody can vouch for a condition across a longer time without any look, seconds. */
const BLIND_SECONDS = 5;

/**
 * For how long a condition has held, gaps up to `graceSeconds` forgiven. Seconds, whatever the rate of looks.
 * One look says nothing of the time before it, so the clock starts with it.
 */
export class Held {
  readonly #graceMs: number;
  #sinceMs: number | null = null;
  #lastMs = 0;

  constructor(graceSeconds = 0.5) {
    this.#graceMs = graceSeconds * 1000;
  }

  /** @returns seconds, 0 while it does not hold */
  note(holds: boolean, nowMs: number): number {
    const gapMs = nowMs - this.#lastMs;
    if (this.#sinceMs !== null && (gapMs > BLIND_SECONDS * 1000 || (!holds && gapMs > this.#graceMs)))
      this.#sinceMs = null;
    if (!holds) return 0;
    this.#sinceMs ??= nowMs;
    this.#lastMs = nowMs;
    return (nowMs - this.#sinceMs) / 1000;
  }

  reset(): void {
    this.#sinceMs = null;
  }
}
