import type { Track } from '../pipeline.ts';

type Place = { x: number; y: number; sinceMs: number; seenAtMs: number };

/** Something stands as long as the middle of its box stays within this share of the box's smaller side: boxes shake. */
const STILL_SHARE = 0.3;

/** For how long each track has stood at one place. Forgets tracks that were not seen for `forgetSeconds`. */
export class Stillness {
  readonly #forgetMs: number;
  readonly #places = new Map<number, Place>();

  constructor(forgetSeconds: number) {
    this.#forgetMs = forgetSeconds * 1000;
  }

  note(tracks: readonly Track[], nowMs: number): void {
    for (const [id, { seenAtMs }] of this.#places)
      if (nowMs - seenAtMs > this.#forgetMs) this.#places.delete(id);
    for (const { id, box, state } of tracks) {
      if (state !== 'confirmed') continue;
      const [left, top, width, height] = box;
      const [x, y] = [left + width / 2, top + height / 2];
      const place = this.#places.get(id);
      const hasMoved = !place || Math.hypot(x - place.x, y - place.y) > STILL_SHARE * Math.min(width, height);
      this.#places.set(
        id,
        hasMoved ? { x, y, sinceMs: nowMs, seenAtMs: nowMs } : { ...place, seenAtMs: nowMs },
      );
    }
  }

  /** Seconds at one place up to the last look that saw it; 0 for one that is not known. */
  seconds(trackId: number): number {
    const place = this.#places.get(trackId);
    return place ? (place.seenAtMs - place.sinceMs) / 1000 : 0;
  }

  reset(): void {
    this.#places.clear();
  }
}
