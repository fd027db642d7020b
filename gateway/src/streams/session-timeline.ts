import type { AccessUnit } from '../pipeline.ts';

const TICKS_PER_MS = 90;

/**
 * Joins the timelines of one camera's sessions: every session begins its RTP time anywhere, but a consumer that lives on across
 * reconnects shall see it grow. The first unit of a session is placed by the time that passed here since the last one.
 */
export class SessionTimeline {
  #offset: number | null = null;
  #last: { rtpTime: number; monotonicMs: number } | null = null;

  /** The next unit begins a session. */
  beginSession(): void {
    this.#offset = null;
  }

  place(unit: AccessUnit): AccessUnit {
    this.#offset ??= this.#offsetOf(unit);
    const rtpTime = unit.rtpTime + this.#offset;
    this.#last = { rtpTime, monotonicMs: unit.monotonicMs };
    return this.#offset === 0 ? unit : { ...unit, rtpTime };
  }

  #offsetOf(unit: AccessUnit): number {
    if (this.#last === null) return 0;
    const passedTicks = Math.max(1, Math.round((unit.monotonicMs - this.#last.monotonicMs) * TICKS_PER_MS));
    return this.#last.rtpTime + passedTicks - unit.rtpTime;
  }
}
