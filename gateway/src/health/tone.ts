import type { Luma } from './luma.ts';

/** Coded 16..235 (BT.601 limited range) to 0..255. */
const BLACK = 16;
const SCALE = 255 / 219;

/** Brightness of one picture, in units of full range luma (0 = black, 255 = white). */
export type Tone = {
  meanLuma: number;
  /** Standard deviation of the luma. */
  contrast: number;
  /** Distance of the 5th from the 95th percentile: a line of white text does not widen it. */
  spread: number;
  /** The 90th and the 95th percentile: what is bright in the picture, apart from lamps and text. */
  highlight: number;
  percentile95: number;
};

const histogram = new Uint32Array(256);

/** Mean, standard deviation and percentiles of a reduced picture, by its histogram. */
export function measureTone({ values }: Luma): Tone {
  histogram.fill(0);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
  let sum = 0;
  let squares = 0;
  for (let level = 0; level < 256; level++) {
    const count = histogram[level] ?? 0;
    sum += count * level;
    squares += count * level * level;
  }
  const mean = sum / values.length;
  const variance = Math.max(0, squares / values.length - mean * mean);
  const full = (coded: number) => Math.min(255, Math.max(0, (coded - BLACK) * SCALE));
  return {
    meanLuma: full(mean),
    contrast: Math.min(255, Math.sqrt(variance) * SCALE),
    spread: (percentile(values.length, 0.95) - percentile(values.length, 0.05)) * SCALE,
    highlight: full(percentile(values.length, 0.9)),
    percentile95: full(percentile(values.length, 0.95)),
  };
}

/** The coded level below which a share of the pixels lies. */
function percentile(total: number, share: number): number {
  let left = total * share;
  for (let level = 0; level < 256; level++) {
    left -= histogram[level] ?? 0;
    if (left < 0) return level;
  }
  return 255;
}
