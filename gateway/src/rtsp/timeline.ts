const TICKS_PER_MS = 90;
/** Beyond these a timestamp is a jump. Pictures sent in decoding order step back by a few frames at most. */
const MAX_BACK_TICKS = 2_000 * TICKS_PER_MS;
const MAX_FORWARD_TICKS = 10_000 * TICKS_PER_MS;

/**
 * Unwraps 32-bit RTP timestamps of the 90 kHz clock. Where the camera's clock jumps, the time goes on by what passed here, so that
 * nobody downstream meets a picture of negative or endless duration.
 */
export class RtpTimeline {
  #lastRaw: number | null = null;
  #last = 0;
  #lastArrivalMs = 0;
  #jumps = 0;

  get jumps(): number {
    return this.#jumps;
  }

  /** @returns ticks */
  unwrap(timestamp: number, arrivalMs: number): number {
    const delta = this.#lastRaw === null ? 0 : (timestamp - this.#lastRaw) | 0;
    if (this.#lastRaw === null) this.#last = timestamp;
    else if (delta < -MAX_BACK_TICKS || delta > MAX_FORWARD_TICKS) {
      this.#jumps++;
      this.#last += Math.max(1, Math.round((arrivalMs - this.#lastArrivalMs) * TICKS_PER_MS));
    } else this.#last += delta;
    this.#lastRaw = timestamp;
    this.#lastArrivalMs = arrivalMs;
    return this.#last;
  }
}

/** Interarrival jitter (RFC 3550 §6.4.1, appendix A.8). */
export class JitterMeter {
  #ticks = 0;
  #lastTransit: number | null = null;

  get ticks(): number {
    return this.#ticks;
  }

  get ms(): number {
    return this.#ticks / TICKS_PER_MS;
  }

  add(rtpTime: number, arrivalMs: number): void {
    const transit = arrivalMs * TICKS_PER_MS - rtpTime;
    if (this.#lastTransit !== null) {
      this.#ticks += (Math.abs(transit - this.#lastTransit) - this.#ticks) / 16;
    }
    this.#lastTransit = transit;
  }
}
