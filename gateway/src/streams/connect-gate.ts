/**
 * Limits how many cameras connect at the same time, first come first served: when power returns to a compound, two hundred cameras
 * must not be greeted at once.
 */
export class ConnectGate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /** @param limit at least 1 */
  constructor(limit = 10) {
    this.#limit = Math.max(1, limit);
  }

  /** How many are connecting now, and how many wait. */
  get load(): { inside: number; waiting: number } {
    return { inside: this.#inside, waiting: this.#waiting.length };
  }

  /**
   * Waits for a place.
   * @returns the function that gives it back (once; further calls do nothing), or null when the signal aborted first
   */
  async enter(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    if (this.#inside < this.#limit) this.#inside++;
    else if (!(await this.#wait(signal))) return null;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#leave();
    };
  }

  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        resolve(false);
      };
      this.#waiting.push(admit);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The place passes straight to the next in line, else it is free. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside--;
    else next();
  }
}
