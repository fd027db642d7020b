import type { AccessUnit, GopSnapshot, ParameterSets } from '../pipeline.ts';

/** References only, so the bound is on pictures; 600 is two GOPs of 12 s at 25 fps. */
const UNIT_LIMIT = 600;

/** The running and the last group of pictures of one camera, so that the picture an alarm speaks of can still be decoded a moment later. */
export class RecentUnits {
  #sets: ParameterSets | null = null;
  #last: AccessUnit[] = [];
  #running: AccessUnit[] = [];

  onParameterSets(sets: ParameterSets): void {
    this.#sets = sets;
    this.#last = [];
    this.#running = [];
  }

  onAccessUnit(unit: AccessUnit): void {
    if (unit.key) {
      this.#last = this.#running;
      this.#running = [unit];
    } else if (this.#running.length > 0 && this.#running.length < UNIT_LIMIT) {
      this.#running.push(unit);
    }
  }

  /** The group that ends with the picture captured at `monotonicMs`; null when it is gone or was never seen. */
  until(monotonicMs: number): GopSnapshot | null {
    if (!this.#sets) return null;
    for (const group of [this.#running, this.#last]) {
      const units = group.filter((unit) => unit.monotonicMs <= monotonicMs);
      if (units.length > 0) return { sets: this.#sets, units };
    }
    return null;
  }
}
