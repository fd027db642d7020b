import { comparePictures } from './compare.ts';
import type { Luma } from './luma.ts';

/** Pictures are kept so far apart, and so many of them: 16 s. */
const KEEP_SECONDS = 2;
const KEPT = 8;
/** Only a picture at least so old is compared with: between two keyframes even a live still scene may be coded as one picture. */
const LEAST_AGE_SECONDS = 10;
/** Between looks so far apart nobody knows what the picture did, seconds. */
const BLIND_SECONDS = 10;
/**
 * Up to here two pictures are the same one coded again, mean difference in coded levels, if not one pixel is distinct. An encoder that is
 * fed one picture goes on refining it for half a minute, so the limit grows with what the camera's pictures differ by when it is live.
 */
const SAME_LEVELS = 0.3;
const SAME_SHARE = 0.3;
const SAME_MOST = 1.5;
/**
 * That larger limit holds only where so many looks repeat the last one exactly, as pictures between two keyframes of a frozen one do:
 * a live picture whose grain has become less does not.
 */
const EXACT_SHARE = 0.3;
const EXACT_LEVELS = 0.2;
const EXACT_WEIGHT = 0.15;
/** Weight of a look in the live difference. */
const FOLLOW = 0.05;
/** From here on a look differs clearly from the one before. */
const LIVELY_PIXELS = 20;
/** So many such looks show that this camera's picture moves when it is live. */
const LIVELY_LOOKS = 6;
/** Without them a picture may be the same for so long, seconds. */
const STILL_SECONDS = 60;
/** A run of equal pictures must exceed the longest one of live times by this factor. */
const LONGER = 2.5;
/** Half-life of that longest run, seconds. */
const FORGET_SECONDS = 86_400;

type Kept = { values: Uint8Array; atMs: number; sameSeconds: number };

export type Stillness = {
  /** For how long the picture has been the very same one, as far as older pictures show: 0, or at least 10 s. */
  sameSeconds: number;
  /** For how long it may be with this camera. */
  allowedSeconds: number;
};

/** Tells a picture that repeats from a scene in which nothing happens, by pictures more than a keyframe interval old. */
export class StillnessMeter {
  #kept: Kept[] = [];
  #previous: Uint8Array | null = null;
  #previousMs = 0;
  #exactShare = 0;
  #lively = 0;
  #livelyMs = 0;
  #runSeconds = 0;
  /** What the last look gave. */
  #lastSeconds = 0;
  /** The least difference from older pictures while the camera is live, coded levels; null while unknown. */
  #liveLevels: number | null = null;
  #leastLevels: number | null = null;
  /** The longest run of equal pictures while the camera was live, seconds. */
  longestSeconds = 0;

  look(luma: Luma, nowMs: number): Stillness {
    const values = everySecondRow(luma);
    const gapSeconds = (nowMs - this.#previousMs) / 1000;
    if (gapSeconds > BLIND_SECONDS || this.#previous?.length !== values.length) this.#kept = [];
    else this.#compareWithLast(this.#previous, values, nowMs);
    this.#previous = values;
    this.#previousMs = nowMs;
    // Footage that is played in a loop repeats as well, but moves in between.
    const quietSeconds = (nowMs - this.#livelyMs) / 1000;
    const older = this.#sameSeconds(values, nowMs);
    // A run goes on: what was kept in its first seconds does not know of it.
    const goesOn = older > 0 && this.#lastSeconds > 0 && gapSeconds <= BLIND_SECONDS;
    const sameSeconds = Math.min(
      goesOn ? Math.max(older, this.#lastSeconds + gapSeconds) : older,
      quietSeconds,
    );
    this.#lastSeconds = sameSeconds;
    const last = this.#kept.at(-1);
    if (!last || nowMs - last.atMs >= KEEP_SECONDS * 1000) {
      this.#kept.push({ values, atMs: nowMs, sameSeconds });
      if (this.#kept.length > KEPT) this.#kept.shift();
    }
    const longest = LONGER * this.longestSeconds;
    return {
      sameSeconds,
      allowedSeconds: Math.max(longest, this.#lively < LIVELY_LOOKS ? STILL_SECONDS : 0),
    };
  }

  /** Takes in a look at a live picture: a run of equal pictures that has ended was no fault. */
  learn({ sameSeconds }: Stillness, seconds: number): void {
    const faded = this.longestSeconds * 0.5 ** (seconds / FORGET_SECONDS);
    this.longestSeconds = sameSeconds > 0 ? faded : Math.max(faded, this.#runSeconds);
    this.#runSeconds = sameSeconds;
    if (sameSeconds > 0 || this.#leastLevels === null) return;
    const known = this.#liveLevels ?? this.#leastLevels;
    this.#liveLevels = known + FOLLOW * (this.#leastLevels - known);
  }

  #compareWithLast(previous: Uint8Array, values: Uint8Array, nowMs: number): void {
    const { mean, distinct } = comparePictures(previous, values);
    this.#exactShare += EXACT_WEIGHT * ((mean < EXACT_LEVELS ? 1 : 0) - this.#exactShare);
    if (distinct < LIVELY_PIXELS) return;
    this.#lively++;
    this.#livelyMs = nowMs;
  }

  #sameSeconds(values: Uint8Array, nowMs: number): number {
    const refining = this.#exactShare >= EXACT_SHARE ? SAME_SHARE * (this.#liveLevels ?? 0) : 0;
    const limit = Math.min(SAME_MOST, Math.max(SAME_LEVELS, refining));
    let longest = 0;
    this.#leastLevels = null;
    for (const kept of this.#kept) {
      const age = (nowMs - kept.atMs) / 1000;
      if (age < LEAST_AGE_SECONDS) break;
      const { mean, distinct } = comparePictures(kept.values, values);
      this.#leastLevels = Math.min(mean, this.#leastLevels ?? mean);
      if (mean <= limit && distinct === 0) longest = Math.max(longest, age + kept.sameSeconds);
    }
    return longest;
  }
}

function everySecondRow({ width, height, values }: Luma): Uint8Array {
  const rows = height >> 1;
  const result = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++)
    result.set(values.subarray(2 * row * width, (2 * row + 1) * width), row * width);
  return result;
}
