export type DecodeHealth = { kind: 'healthy' } | { kind: 'decode-errors'; message: string };

/** A verdict needs so many access units … */
const LEAST_UNITS = 10;
/** … or so many ticks of a second, when the camera sends few. */
const MOST_TICKS = 5;
/** Share of damaged pictures that makes a stream unfit for detection. */
const DAMAGED_LIMIT = 0.5;

/** Counts over some seconds whether what comes out of the decoder is whole. */
export class DecodeWindow {
  #units = 0;
  #pictures = 0;
  #damaged = 0;
  #ticks = 0;

  fed(): void {
    this.#units += 1;
  }

  picture(): void {
    this.#pictures += 1;
  }

  /**
   * Once a second.
   * @param damaged damaged pictures since the last call
   * @returns a verdict on the window that ends now, or null while it goes on or nothing came out
   */
  tick(damaged: number): DecodeHealth | null {
    this.#damaged += damaged;
    this.#ticks += 1;
    if (this.#ticks < MOST_TICKS || this.#units === 0) return null;
    const verdict = this.#verdict();
    this.#units = this.#pictures = this.#damaged = this.#ticks = 0;
    return verdict;
  }

  #verdict(): DecodeHealth | null {
    if (this.#units >= LEAST_UNITS && this.#damaged > this.#units * DAMAGED_LIMIT) {
      return { kind: 'decode-errors', message: 'more than half of the pictures are damaged' };
    }
    return this.#pictures > 0 ? { kind: 'healthy' } : null;
  }
}
