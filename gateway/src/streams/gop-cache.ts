import type { AccessUnit, GopSnapshot, ParameterSets } from '../pipeline.ts';

export type GopLimits = { maxBytes: number; maxUnits: number };
export const DEFAULT_GOP_LIMITS: GopLimits = { maxBytes: 16 * 1024 * 1024, maxUnits: 600 };

/** The access units since the last keyframe. A group that outgrows its limits is dropped, and nothing is kept until the next keyframe. */
export class GopCache {
  readonly #limits: GopLimits;
  #sets: ParameterSets | null = null;
  #units: AccessUnit[] = [];
  #bytes = 0;

  constructor(limits: GopLimits = DEFAULT_GOP_LIMITS) {
    this.#limits = limits;
  }

  /** New parameter sets hold from the next keyframe on: what was kept cannot be decoded with them. */
  setParameterSets(sets: ParameterSets): void {
    this.clear();
    this.#sets = sets;
  }

  push(unit: AccessUnit): void {
    if (unit.key) this.clear();
    else if (this.#units.length === 0) return;
    this.#units.push(unit);
    for (const nal of unit.nals) this.#bytes += nal.length;
    if (this.#bytes > this.#limits.maxBytes || this.#units.length > this.#limits.maxUnits) this.clear();
  }

  clear(): void {
    this.#units = [];
    this.#bytes = 0;
  }

  snapshot(): GopSnapshot | null {
    if (this.#sets === null || this.#units.length === 0) return null;
    return { sets: this.#sets, units: this.#units.slice() };
  }
}
