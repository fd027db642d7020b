/** Pictures that were asked for and have not come out, in decoding order; they come in the order of their times. */
export class Awaited {
  #pictures: { ticks: number; sinceMs: number }[] = [];

  get count(): number {
    return this.#pictures.length;
  }

  add(ticks: number, nowMs: number): void {
    this.#pictures.push({ ticks, sinceMs: nowMs });
  }

  /** One came out; those before it will not come any more. */
  came(ticks: number): void {
    this.#pictures = this.#pictures.filter((picture) => picture.ticks > ticks);
  }

  /** For how long the oldest has been awaited, ms; 0 for none. */
  lagMs(nowMs: number): number {
    const [oldest] = this.#pictures;
    return oldest === undefined ? 0 : nowMs - oldest.sinceMs;
  }
}
