export type ReorderOptions = {
  /** Packets held while an earlier one is missing; 0 where the transport keeps order. */
  maxPackets: number;
  maxWaitMs: number;
};

/** Puts packets back in order within a small window; what does not come in time is a gap. */
export class ReorderWindow<T> {
  readonly #options: ReorderOptions;
  readonly #held = new Map<number, { item: T; atMs: number }>();
  readonly #deliver: (item: T, gap: number) => void;
  #next: number | null = null;

  /** @param deliver called in order, with the number of packets missing right before */
  constructor(options: ReorderOptions, deliver: (item: T, gap: number) => void) {
    this.#options = options;
    this.#deliver = deliver;
  }

  /** @param extended unwrapped sequence number; one already passed or already held is dropped */
  push(extended: number, item: T, nowMs: number): void {
    this.#next ??= extended;
    if (extended < this.#next || this.#held.has(extended)) return;
    if (extended === this.#next) {
      this.#pass(item, 0);
      this.#drain();
      return;
    }
    this.#held.set(extended, { item, atMs: nowMs });
    while (this.#held.size > 0 && this.#isOverdue(nowMs)) this.#skip();
  }

  /** Forgets what is held, for a source that began anew. */
  reset(): void {
    this.#held.clear();
    this.#next = null;
  }

  #isOverdue(nowMs: number): boolean {
    if (this.#held.size > this.#options.maxPackets) return true;
    const [oldest] = this.#held.values();
    return oldest !== undefined && nowMs - oldest.atMs > this.#options.maxWaitMs;
  }

  #skip(): void {
    const lowest = Math.min(...this.#held.keys());
    const held = this.#held.get(lowest);
    if (held === undefined || this.#next === null) return;
    const gap = lowest - this.#next;
    this.#held.delete(lowest);
    this.#next = lowest;
    this.#pass(held.item, gap);
    this.#drain();
  }

  #drain(): void {
    while (this.#next !== null) {
      const held = this.#held.get(this.#next);
      if (held === undefined) return;
      this.#held.delete(this.#next);
      this.#pass(held.item, 0);
    }
  }

  #pass(item: T, gap: number): void {
    if (this.#next !== null) this.#next++;
    this.#deliver(item, gap);
  }
}
