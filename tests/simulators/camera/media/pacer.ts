/** Something that has work when time passes. */
export interface Paced {
  /** Does what is due at `nowMs` (monotonic). */
  tick(nowMs: number): void;
}

const TICK_MS = 10;

/** One timer for all streams of the process: it runs only while there is a stream. */
export class Pacer {
  readonly nowMs: () => number;
  readonly #paced = new Set<Paced>();
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  add(paced: Paced): void {
    this.#paced.add(paced);
    this.#timer ??= setInterval(() => this.#tickAll(), TICK_MS);
  }

  delete(paced: Paced): void {
    this.#paced.delete(paced);
    if (this.#paced.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tickAll(): void {
    const now = this.nowMs();
    for (const paced of this.#paced) paced.tick(now);
  }
}
