/** Sides of the detector's pictures are multiples of this: the coarsest stride of the models. */
const STEP = 32;
const SHORTEST = 96;
const LONGEST = 960;

export type Size = { width: number; height: number };

/**
 * The size to scale pictures to for detection: the longer side `long`, the other one by the source's aspect ratio,
 * both rounded to multiples of 32 and kept within 96..960 pixels.
 */
export function detectorSize(width: number, height: number, long = 416): Size {
  const scale = long / Math.max(width, height);
  return { width: toStep(width * scale), height: toStep(height * scale) };
}

function toStep(pixels: number): number {
  return Math.min(Math.max(Math.round(pixels / STEP) * STEP, SHORTEST), LONGEST);
}
