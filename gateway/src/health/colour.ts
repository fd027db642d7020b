import type { Picture } from '../pipeline.ts';

/** Colour of one picture in coded chroma levels (128 = none). */
export type Colour = {
  /** Mean distance of chroma from grey: about 0 for a camera in infrared mode. */
  saturation: number;
  /**
   * How far even the least tinted sixth of the picture lies from grey, towards the mean colour, for a pixel of middle luma: a tinted
   * light or a wrong white balance tints what is grey as well, in proportion to its luma.
   */
  cast: number;
  /** The median colour as coded, 0 = none: what a new tint shifts whatever the scene's own colours are. */
  tintU: number;
  tintV: number;
};

/** Every so many chroma pixels and rows one is taken. */
const STEP = 2;
/** Coded luma outside of which chroma is clipped and tells nothing. */
const DARKEST = 45;
const BRIGHTEST = 225;
const BLACK = 16;
const MIDDLE = 110;
const NEUTRAL_SHARE = 1 / 6;
/** Fewer usable pixels than this share: no verdict. */
const LEAST_SHARE = 0.1;
const BINS = 512;

const counts = new Uint32Array(BINS);
const us: number[] = [];
const codedUs: number[] = [];
const codedVs: number[] = [];
const vs: number[] = [];

/** Cast = a low quantile of the chroma's projection on its mean direction; 0 for a picture without middle tones. */
export function measureColour(picture: Picture): Colour {
  const { looked, distance } = collect(picture);
  const n = us.length;
  if (n === 0) return { saturation: 0, cast: 0, tintU: 0, tintV: 0 };
  const saturation = distance / n;
  const tint = { tintU: quantileOf(codedUs, 0.5), tintV: quantileOf(codedVs, 0.5) };
  let [sumU, sumV] = [0, 0];
  for (let at = 0; at < n; at++) {
    sumU += us[at] ?? 0;
    sumV += vs[at] ?? 0;
  }
  const length = Math.hypot(sumU, sumV);
  if (n < looked * LEAST_SHARE || length === 0) return { saturation, cast: 0, ...tint };
  for (let at = 0; at < n; at++) us[at] = ((us[at] ?? 0) * sumU + (vs[at] ?? 0) * sumV) / length;
  return { saturation, cast: Math.max(0, quantileOf(us, NEUTRAL_SHARE)), ...tint };
}

/** Chroma of the usable pixels, as if their luma were the middle one. */
function collect({ width, height, data }: Picture): { looked: number; distance: number } {
  const u = width * height;
  const half = width >> 1;
  const rows = height >> 1;
  const v = u + half * rows;
  let looked = 0;
  let distance = 0;
  us.length = 0;
  vs.length = 0;
  codedUs.length = 0;
  codedVs.length = 0;
  for (let row = 0; row < rows; row += STEP) {
    for (let column = 0; column < half; column += STEP) {
      looked++;
      const luma = data[2 * row * width + 2 * column] ?? 0;
      if (luma < DARKEST || luma > BRIGHTEST) continue;
      const at = row * half + column;
      const du = (data[u + at] ?? 128) - 128;
      const dv = (data[v + at] ?? 128) - 128;
      const gain = (MIDDLE - BLACK) / (luma - BLACK);
      distance += Math.sqrt(du * du + dv * dv);
      codedUs.push(du);
      codedVs.push(dv);
      us.push(du * gain);
      vs.push(dv * gain);
    }
  }
  return { looked, distance };
}

/** In whole levels, by a histogram. */
function quantileOf(values: readonly number[], share: number): number {
  counts.fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.round(value) + BINS / 2));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  let left = values.length * share;
  for (let bin = 0; bin < BINS; bin++) {
    left -= counts[bin] ?? 0;
    if (left < 0) return bin - BINS / 2;
  }
  return BINS / 2 - 1;
}
