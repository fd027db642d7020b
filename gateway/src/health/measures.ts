import type { Luma } from './luma.ts';

/** What a single picture shows, in units of full range luma (0 = black, 255 = white). */
export type PictureMeasures = {
  meanLuma: number;
  /** Standard deviation of the luma. */
  contrast: number;
  /** Variance of the Laplacian (4-neighbour kernel): edges and grain make it large, blur makes it small. */
  sharpness: number;
};

/** Coded 16..235 (BT.601 limited range) to 0..255. */
const BLACK = 16;
const SCALE = 255 / 219;

/** Mean, contrast and sharpness of a reduced picture of at least 3×3. */
export function measurePicture({ width, height, values }: Luma): PictureMeasures {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const variance = Math.max(0, squares / values.length - mean * mean);
  return {
    meanLuma: Math.min(255, Math.max(0, (mean - BLACK) * SCALE)),
    contrast: Math.min(255, Math.sqrt(variance) * SCALE),
    sharpness: laplacianVariance(values, width, height) * SCALE * SCALE,
  };
}

function laplacianVariance(values: Uint8Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1, end = (row + 1) * width - 1; at < end; at++) {
      const around =
        (values[at - 1] ?? 0) + (values[at + 1] ?? 0) + (values[at - width] ?? 0) + (values[at + width] ?? 0);
      const edge = around - 4 * (values[at] ?? 0);
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (width - 2) * (height - 2);
  return Math.max(0, squares / count - (sum / count) ** 2);
}

/** How two pictures of one size differ. */
export type PictureDifference = {
  /** Mean absolute difference, coded levels. */
  mean: number;
  /** Pixels that differ by more than `DISTINCT_LEVELS`: a clock in the picture moves few pixels far. */
  distinct: number;
};

const DISTINCT_LEVELS = 4;

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
