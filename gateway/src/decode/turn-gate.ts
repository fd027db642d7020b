/** Lets a few in at once and a bounded number wait, first come first served. */
export class TurnGate {
  readonly #atOnce: number;
  readonly #waitingLimit: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor({ atOnce, waiting }: { atOnce: number; waiting: number }) {
    this.#atOnce = atOnce;
    this.#waitingLimit = waiting;
  }

  /** Resolves with the function that leaves again, or with null when too many wait or the signal aborts first. */
  async enter(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    if (this.#inside < this.#atOnce) {
      this.#inside += 1;
      return () => this.#leave();
    }
    if (this.#waiting.length >= this.#waitingLimit) return null;
    return new Promise((resolve) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(() => this.#leave());
      };
      const giveUp = () => {
        const place = this.#waiting.indexOf(admit);
        if (place !== -1) this.#waiting.splice(place, 1);
        resolve(null);
      };
      this.#waiting.push(admit);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The place goes to the next in line, if any. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}
