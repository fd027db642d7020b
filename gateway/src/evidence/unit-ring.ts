import { sameParameterSets } from '../base/mp4/index.ts';
import type { AccessUnit, GopSnapshot, ParameterSets } from '../pipeline.ts';

export type RingLimits = {
  /** How far back a keyframe is kept, seconds. */
  seconds: number;
  bytes: number;
};

type Group = { sets: ParameterSets; units: AccessUnit[]; bytes: number };

/**
 * The last seconds of a coded stream, in whole groups of pictures. Bounded by time and by bytes: the oldest group goes first, and one
 * that outgrows the bytes alone is dropped up to the next keyframe.
 */
export class UnitRing {
  readonly #limits: RingLimits;
  readonly #groups: Group[] = [];
  #sets: ParameterSets | null = null;
  #bytes = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  onParameterSets(sets: ParameterSets): void {
    this.#sets = sets;
  }

  onAccessUnit(unit: AccessUnit): void {
    const bytes = unit.nals.reduce((sum, nal) => sum + nal.length, 0);
    if (unit.key && this.#sets !== null) this.#groups.push({ sets: this.#sets, units: [], bytes: 0 });
    const group = this.#groups.at(-1);
    if (group === undefined) return;
    group.units.push(unit);
    group.bytes += bytes;
    this.#bytes += bytes;
    this.#evict(unit.monotonicMs - this.#limits.seconds * 1000);
  }

  clear(): void {
    this.#groups.length = 0;
    this.#bytes = 0;
  }

  /**
   * Everything from the last keyframe at or before `fromMs` on, as far back as one set of parameters reaches. Null when nothing is
   * kept of the time after `fromMs`.
   */
  since(fromMs: number): GopSnapshot | null {
    const last = this.#groups.at(-1);
    const newest = last?.units.at(-1);
    if (last === undefined || newest === undefined || newest.monotonicMs < fromMs) return null;
    const fitting = this.#groups.slice(
      1 + this.#groups.findLastIndex(({ sets }) => !sameParameterSets(sets, last.sets)),
    );
    const start = fitting.findLastIndex(
      ({ units }) => (units[0]?.monotonicMs ?? Number.POSITIVE_INFINITY) <= fromMs,
    );
    const units = fitting.slice(Math.max(0, start)).flatMap((group) => group.units);
    return { sets: last.sets, units };
  }

  #evict(keepFromMs: number): void {
    for (;;) {
      const [oldest, next] = this.#groups;
      if (oldest === undefined) return;
      const nextStart = next?.units[0]?.monotonicMs;
      const isOld = nextStart !== undefined && nextStart <= keepFromMs;
      if (!isOld && this.#bytes <= this.#limits.bytes) return;
      this.#groups.shift();
      this.#bytes -= oldest.bytes;
    }
  }
}
