import { comparePictures } from './compare.ts';
import type { Luma } from './luma.ts';

/** Between looks so far apart nobody knows what the picture did, seconds. */
const BLIND_SECONDS = 10;
/** Up to here two pictures are the same one, decoded again: mean difference, coded levels. */
const SAME_LEVELS = 0.05;

/** For how long the picture has been the very same one. */
export class Stillness {
  #reference: Uint8Array | null = null;
  #sinceMs = 0;
  #previousMs = 0;

  /** Seconds since the first of an unbroken run of equal pictures. */
  look(luma: Luma, nowMs: number): number {
    const blind = nowMs - this.#previousMs > BLIND_SECONDS * 1000;
    this.#previousMs = nowMs;
    if (blind || !this.#isReference(luma)) {
      this.#reference = luma.values.slice();
      this.#sinceMs = nowMs;
    }
    return (nowMs - this.#sinceMs) / 1000;
  }

  #isReference(luma: Luma): boolean {
    if (this.#reference?.length !== luma.values.length) return false;
    const { mean, distinct } = comparePictures(this.#reference, luma.values);
    return mean < SAME_LEVELS && distinct === 0;
  }
}
