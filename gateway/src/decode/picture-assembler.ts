/** Pictures that may wait for their time, or times for their picture, before the two pipes count as out of step. */
const BACKLOG = 16;
const LINE_LIMIT = 4096;

/**
 * Joins what ffmpeg writes on two pipes: raw pictures of equal size, and for each one a line with its time. The n-th line belongs to
 * the n-th picture, whichever pipe is read first.
 */
export class PictureAssembler {
  readonly #pictureBytes: number;
  readonly #onPicture: (data: Uint8Array, ticks: number) => void;
  #partial: Uint8Array | null = null;
  #filled = 0;
  #line = '';
  readonly #pictures: Uint8Array[] = [];
  readonly #times: number[] = [];

  /** @param onPicture a whole picture (its buffer is handed over) and its presentation time in ticks, NaN when it has none */
  constructor(pictureBytes: number, onPicture: (data: Uint8Array, ticks: number) => void) {
    this.#pictureBytes = pictureBytes;
    this.#onPicture = onPicture;
  }

  /** @throws Error when pictures come without times */
  addBytes(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      this.#partial ??= new Uint8Array(this.#pictureBytes);
      const part = rest.subarray(0, this.#pictureBytes - this.#filled);
      this.#partial.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled < this.#pictureBytes) return;
      this.#pictures.push(this.#partial);
      this.#partial = null;
      this.#filled = 0;
      this.#emit();
    }
  }

  /** @throws Error when times come without pictures */
  addTimes(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = (lines.pop() ?? '').slice(-LINE_LIMIT);
    for (const line of lines) {
      const ticks = pictureTicks(line);
      if (ticks !== null) this.#times.push(ticks);
    }
    this.#emit();
  }

  #emit(): void {
    while (this.#pictures.length > 0 && this.#times.length > 0) {
      const picture = this.#pictures.shift();
      const ticks = this.#times.shift();
      if (picture !== undefined && ticks !== undefined) this.#onPicture(picture, ticks);
    }
    if (this.#pictures.length > BACKLOG || this.#times.length > BACKLOG) {
      throw new Error('pictures and their times are out of step');
    }
  }
}

/** Time in a line of the metadata filter (`frame:12   pts:378000  pts_time:4.2`); NaN without one, null for other lines. */
export function pictureTicks(line: string): number | null {
  const match = /^frame:\d+\s+pts:(-?\d+|\S+)/.exec(line);
  return match === null ? null : Number(match[1]);
}
