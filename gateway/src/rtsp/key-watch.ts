/** An interval between keyframes seldom varies; smart encoders stretch it on still scenes. */
const PATIENCE = 3;
const LONGEST_WAIT_MS = 120_000;

/** When keyframes came, and how long the next one may take. */
export class KeyWatch {
  #lastMs: number | null = null;
  #damagedMs = Number.NEGATIVE_INFINITY;
  #lastRtpTime = 0;
  #longestGapMs = 0;
  #gopTicks: number | null = null;

  /** Time between the last two keyframes by the camera's clock, ms; null before the second. */
  get gopMs(): number | null {
    return this.#gopTicks === null ? null : this.#gopTicks / 90;
  }

  /** @param rtpTime unwrapped, ticks of 90 kHz @param nowMs monotonic */
  onKey(rtpTime: number, nowMs: number): void {
    if (this.#lastMs !== null) {
      this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastMs);
      this.#gopTicks = Math.max(0, rtpTime - this.#lastRtpTime);
    }
    this.#lastMs = nowMs;
    this.#lastRtpTime = rtpTime;
  }

  /** A picture came with a part missing: it may have been a keyframe. @param nowMs monotonic */
  onDamage(nowMs: number): void {
    this.#damagedMs = nowMs;
  }

  /**
   * Whether keyframes stay out although pictures come whole: none for `limitMs`, and for three times the longest interval that this session has shown.
   * @param sinceMs when the session began to play (monotonic)
   */
  isOverdue(nowMs: number, sinceMs: number, limitMs: number): boolean {
    const patienceMs = Math.min(PATIENCE * this.#longestGapMs, Math.max(limitMs, LONGEST_WAIT_MS));
    const lastMs = Math.max(this.#lastMs ?? sinceMs, this.#damagedMs);
    return nowMs - lastMs >= Math.max(limitMs, patienceMs);
  }
}
