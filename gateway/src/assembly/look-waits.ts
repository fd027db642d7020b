/** Half of the time that is looked back on, ms. */
const SPAN_MS = 30_000;

/** The longest time without a look of the detector although one was wanted, within the last 30 to 60 s. */
export class LookWaits {
  #sinceMs: number | null = null;
  #spanFromMs = Number.NEGATIVE_INFINITY;
  #longest = { before: 0, now: 0 };

  /** A wanted picture was given up. */
  begin(atMs: number): void {
    this.#sinceMs ??= atMs;
    this.#note(atMs);
  }

  /** A picture was looked at. */
  end(atMs: number): void {
    this.#note(atMs);
    this.#sinceMs = null;
  }

  longestMs(): number {
    return Math.max(this.#longest.before, this.#longest.now);
  }

  #note(atMs: number): void {
    if (atMs - this.#spanFromMs >= SPAN_MS) {
      const isNext = atMs - this.#spanFromMs < 2 * SPAN_MS;
      this.#longest = { before: isNext ? this.#longest.now : 0, now: 0 };
      this.#spanFromMs = atMs;
    }
    if (this.#sinceMs !== null) this.#longest.now = Math.max(this.#longest.now, atMs - this.#sinceMs);
  }
}
