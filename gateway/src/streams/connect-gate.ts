type Waiting = { host: string; admit(): void };
export type ConnectLimits = {
  /** Cameras that connect at the same time, in all. */
  total?: number;
  /** Of one host, for a recorder has many cameras behind one address and few connections to give. */
  perHost?: number;
};

/**
 * Limits how many cameras connect at the same time, first come first served: when power returns to a compound, two hundred cameras
 * must not be greeted at once. One whose host is full lets the others pass.
 */
export class ConnectGate {
  readonly #total: number;
  readonly #perHost: number;
  readonly #waiting: Waiting[] = [];
  readonly #inside = new Map<string, number>();
  #count = 0;
  #most = 0;

  /** @param limits each at least 1; a number is the total */
  constructor(limits: number | ConnectLimits = {}) {
    const { total = 10, perHost = 4 } = typeof limits === 'number' ? { total: limits } : limits;
    this.#total = Math.max(1, total);
    this.#perHost = Math.max(1, perHost);
  }

  /** How many are connecting now, how many wait, and the most that ever connected at a time. */
  get load(): { inside: number; waiting: number; most: number } {
    return { inside: this.#count, waiting: this.#waiting.length, most: this.#most };
  }

  /**
   * Waits for a place.
   * @param host what the limit per host counts by; '' is no host and has no such limit
   * @returns the function that gives it back (once; further calls do nothing), or null when the signal aborted first
   */
  async enter(signal: AbortSignal, host = ''): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    if (this.#hasRoom(host)) this.#admit(host);
    else if (!(await this.#wait(signal, host))) return null;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#leave(host);
    };
  }

  #hasRoom(host: string): boolean {
    return this.#count < this.#total && (host === '' || (this.#inside.get(host) ?? 0) < this.#perHost);
  }

  #admit(host: string): void {
    this.#count++;
    this.#most = Math.max(this.#most, this.#count);
    this.#inside.set(host, (this.#inside.get(host) ?? 0) + 1);
  }

  #wait(signal: AbortSignal, host: string): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        host,
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(false);
      };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The place passes straight to the first in line whose host has room, else it is free. */
  #leave(host: string): void {
    this.#count--;
    const left = (this.#inside.get(host) ?? 1) - 1;
    if (left > 0) this.#inside.set(host, left);
    else this.#inside.delete(host);
    const index = this.#waiting.findIndex((waiting) => this.#hasRoom(waiting.host));
    if (index < 0) return;
    const [next] = this.#waiting.splice(index, 1);
    if (next === undefined) return;
    this.#admit(next.host);
    next.admit();
  }
}
