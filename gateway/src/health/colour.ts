import type { Picture } from '../pipeline.ts';

/** Colour of one picture in coded chroma levels (128 = none). */
export type Colour = {
  /** Mean distance of chroma from grey: about 0 for a camera in infrared mode. */
  saturation: number;
  /** How far even the least tinted sixth of the picture lies from grey, towards the mean colour. */
  cast: number;
};

/** Every so many chroma pixels and rows one is taken. */
const STEP = 2;
/** Coded luma outside of which chroma is clipped and tells nothing. */
const DARKEST = 45;
const BRIGHTEST = 225;
const NEUTRAL_SHARE = 1 / 6;
/** Fewer usable pixels than this share: no verdict. */
const LEAST_SHARE = 0.1;

const counts = new Uint32Array(512);

/** Cast = the share-quantile of the chroma's projection on its mean direction; 0 for a picture without middle tones. */
export function measureColour({ width, height, data }: Picture): Colour {
  const u = width * height;
  const half = width >> 1;
  const rows = height >> 1;
  const v = u + half * rows;
  let n = 0;
  let sumU = 0;
  let sumV = 0;
  let distance = 0;
  let looked = 0;
  for (let row = 0; row < rows; row += STEP) {
    for (let column = 0; column < half; column += STEP) {
      looked++;
      const luma = data[2 * row * width + 2 * column] ?? 0;
      if (luma < DARKEST || luma > BRIGHTEST) continue;
      const at = row * half + column;
      const du = (data[u + at] ?? 128) - 128;
      const dv = (data[v + at] ?? 128) - 128;
      n++;
      sumU += du;
      sumV += dv;
      distance += Math.sqrt(du * du + dv * dv);
    }
  }
  if (n < looked * LEAST_SHARE) return { saturation: n > 0 ? distance / n : 0, cast: 0 };
  const length = Math.sqrt(sumU * sumU + sumV * sumV);
  if (length === 0) return { saturation: distance / n, cast: 0 };
  counts.fill(0);
  for (let row = 0; row < rows; row += STEP) {
    for (let column = 0; column < half; column += STEP) {
      const luma = data[2 * row * width + 2 * column] ?? 0;
      if (luma < DARKEST || luma > BRIGHTEST) continue;
      const at = row * half + column;
      const along = (((data[u + at] ?? 128) - 128) * sumU + ((data[v + at] ?? 128) - 128) * sumV) / length;
      const bin = Math.min(511, Math.max(0, Math.round(along) + 256));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  let left = n * NEUTRAL_SHARE;
  let bin = 0;
  for (; bin < 511; bin++) {
    left -= counts[bin] ?? 0;
    if (left < 0) break;
  }
  return { saturation: distance / n, cast: Math.max(0, bin - 256) };
}
