import type { DecodePace } from '../pipeline.ts';

/** Pictures are sent at most so many places before or behind the place they are shown at (max_dec_frame_buffering, H.264 A.3.1). */
const REMEMBERED = 16;

/** Chooses the pictures to take: at most one in each 1/n second of presentation time, or the keyframes alone. */
export class Sampler {
  readonly #ticksPerSecond: number;
  #pace: DecodePace;
  #newest = 0;
  /** The newest spans of 1/n second of which a picture was taken; those up to `passed` are over. */
  #spans: number[] = [];
  #passed = -1;

  constructor(pace: DecodePace, ticksPerSecond: number) {
    this.#pace = pace;
    this.#ticksPerSecond = ticksPerSecond;
  }

  get pace(): DecodePace {
    return this.#pace;
  }

  /** Holds from the next picture on, without any pause. */
  change(pace: DecodePace): void {
    this.#pace = pace;
    this.#spans = [];
    this.#passed = this.#newest === 0 ? -1 : this.#spanOf(this.#newest);
  }

  /** Whether the picture with this presentation time is taken; asked in decoding order, once per picture. */
  takes(ticks: number, key: boolean): boolean {
    const span = this.#spanOf(ticks);
    const isDue = span > this.#passed && !this.#spans.includes(span);
    if (this.#pace.keyframesOnly ? !key : !isDue) return false;
    this.#newest = Math.max(this.#newest, ticks);
    this.#spans.push(span);
    if (this.#spans.length > REMEMBERED) this.#passed = Math.max(this.#passed, this.#spans.shift() ?? -1);
    return true;
  }

  #spanOf(ticks: number): number {
    return Math.floor((ticks * this.#pace.picturesPerSecond) / this.#ticksPerSecond);
  }
}
