import type { AccessUnit } from '../pipeline.ts';

export type CaptureTime = Pick<AccessUnit, 'capturedAtMs' | 'monotonicMs'>;

const LIMIT = 1000;
/** How long before the newest picture a late one may still ask. */
const KEEP_SECONDS = 2;

/** Remembers when each access unit was captured until its picture comes out of the decoder, by presentation time. */
export class CaptureIndex {
  readonly #times = new Map<number, CaptureTime>();
  readonly #ticksPerSecond: number;

  constructor(ticksPerSecond: number) {
    this.#ticksPerSecond = ticksPerSecond;
  }

  add(ticks: number, { capturedAtMs, monotonicMs }: CaptureTime): void {
    this.#times.set(ticks, { capturedAtMs, monotonicMs });
    if (this.#times.size <= LIMIT) return;
    const [oldest] = this.#times.keys();
    if (oldest !== undefined) this.#times.delete(oldest);
  }

  /** The capture time of the unit with this presentation time, or of the nearest one within a second; null when there is none. */
  find(ticks: number): CaptureTime | null {
    const nearest = this.#times.has(ticks) ? ticks : this.#nearest(ticks);
    const found = nearest === null ? undefined : this.#times.get(nearest);
    if (found === undefined) return null;
    for (const key of this.#times.keys())
      if (key < ticks - KEEP_SECONDS * this.#ticksPerSecond) this.#times.delete(key);
    return found;
  }

  #nearest(ticks: number): number | null {
    let best: number | null = null;
    let distance = this.#ticksPerSecond;
    for (const key of this.#times.keys()) {
      if (!(Math.abs(key - ticks) < distance)) continue;
      best = key;
      distance = Math.abs(key - ticks);
    }
    return best;
  }
}
