/** How two pictures of one size differ. */
export type PictureDifference = {
  /** Mean absolute difference, coded levels. */
  mean: number;
  /** Pixels that differ by more than `DISTINCT_LEVELS`: a clock in the picture moves few pixels far. */
  distinct: number;
};

/** A picture coded anew at a keyframe differs from itself by less. */
const DISTINCT_LEVELS = 16;

export function comparePictures(a: Uint8Array, b: Uint8Array): PictureDifference {
  let sum = 0;
  let distinct = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    sum += difference;
    if (difference > DISTINCT_LEVELS) distinct++;
  }
  return { mean: sum / Math.max(1, a.length), distinct };
}
