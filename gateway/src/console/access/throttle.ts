export type ThrottleOptions = {
  /** Tries in a window, for one address and for all together. */
  perAddress: number;
  overall: number;
  windowMs: number;
};

/** Addresses remembered at once; the oldest goes first. */
const MAX_ADDRESSES = 256;

/** Counts tries in fixed windows of time. Bounded: many addresses meet the overall limit. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #tries = new Map<string, number>();
  #overall = 0;
  #windowFromMs = Number.NEGATIVE_INFINITY;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Takes one try. @returns null when it is granted, else how long to wait, ms */
  take(address: string, monotonicMs: number): number | null {
    const { perAddress, overall, windowMs } = this.#options;
    if (monotonicMs - this.#windowFromMs >= windowMs) {
      this.#windowFromMs = monotonicMs;
      this.#tries.clear();
      this.#overall = 0;
    }
    const tries = this.#tries.get(address) ?? 0;
    if (tries >= perAddress || this.#overall >= overall) return this.#windowFromMs + windowMs - monotonicMs;
    this.#tries.delete(address);
    this.#tries.set(address, tries + 1);
    this.#overall += 1;
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > MAX_ADDRESSES && oldest !== undefined) this.#tries.delete(oldest);
    return null;
  }
}
