/** How the machine and the decoders bear it, over the last second. */
export type LoadSample = {
  /** Share of the processors' time that was used, 0..1; null where it cannot be read. */
  cpuBusy: number | null;
  /** 99th percentile of how late the event loop was, ms. */
  loopDelayMs: number;
  /** Share of the cameras whose decoder owes a picture for longer than a second, 0..1. */
  laggingShare: number;
};

/** Levels of shedding; at the highest one every camera has keyframes only. */
export const MOST_LOAD = 4;

/** A busy processor alone harms nobody: only late work on a busy processor is overload, and a hung decoder on an idle one is not. */
const BUSY = 0.9;
const CALM_BUSY = 0.75;
const LATE_LOOP_MS = 100;
const CALM_LOOP_MS = 50;
const LAGGING_SHARE = 0.2;
/** Seconds of overload in a row before the next level. */
const STRAINED_SECONDS = 3;
/** Seconds of calm before a level is taken back, doubled up to the most each time that taking one back was too early. */
const CALM_SECONDS = { first: 10, most: 120 };
/** A level that comes again so soon after one was taken back shows that it was too early. */
const TOO_EARLY_SECONDS = 30;

/** Decides how much decoding is shed: quickly up, slowly down, slower still where down did not hold. */
export class LoadLevel {
  #level = 0;
  #strained = 0;
  #calm = 0;
  #needed = CALM_SECONDS.first;
  #sinceDown = Number.POSITIVE_INFINITY;

  /** 0 (nothing is shed) to `MOST_LOAD`. */
  get level(): number {
    return this.#level;
  }

  /** Once a second. */
  observe(sample: LoadSample): void {
    this.#sinceDown += 1;
    const strained = isStrained(sample);
    this.#strained = strained ? this.#strained + 1 : 0;
    this.#calm = isCalm(sample) ? this.#calm + 1 : 0;
    if (this.#strained >= STRAINED_SECONDS) this.#goUp();
    else if (this.#level > 0 && this.#calm >= this.#needed) this.#goDown();
  }

  #goUp(): void {
    this.#strained = 0;
    if (this.#level === MOST_LOAD) return;
    if (this.#sinceDown <= TOO_EARLY_SECONDS) {
      this.#needed = Math.min(this.#needed * 2, CALM_SECONDS.most);
    } else if (this.#level === 0) this.#needed = CALM_SECONDS.first;
    this.#level += 1;
  }

  #goDown(): void {
    this.#calm = 0;
    this.#sinceDown = 0;
    this.#level -= 1;
  }
}

function isStrained({ cpuBusy, loopDelayMs, laggingShare }: LoadSample): boolean {
  return (cpuBusy ?? 1) >= BUSY && (loopDelayMs >= LATE_LOOP_MS || laggingShare >= LAGGING_SHARE);
}

function isCalm({ cpuBusy, loopDelayMs, laggingShare }: LoadSample): boolean {
  return (cpuBusy ?? 0) < CALM_BUSY && loopDelayMs < CALM_LOOP_MS && laggingShare === 0;
}
