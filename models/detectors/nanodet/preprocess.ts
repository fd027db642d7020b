import type { I420Picture, PictureSize, RgbPicture } from '../detector-model.ts';
import { manifest } from './manifest.ts';

const { mean, deviation, multiple, maximum } = manifest.input;

/** Value of one channel after normalisation; `channel` 0 = blue, 1 = green, 2 = red. */
const normalise = (value: number, channel: 0 | 1 | 2): number => (value - mean[channel]) / deviation[channel];

/** A table over one byte, so that the pixel loop only adds. */
const table = (term: (byte: number) => number): Float32Array => Float32Array.from({ length: 256 }, (_, byte) => term(byte));

/*
 * BT.601 limited range (ITU-R BT.601-7 §2.5.3), each term already divided by the channel's deviation; the luma tables
 * also carry the mean. 255/219 scales luma; 1.596, 0.813, 0.392 and 2.017 are the chroma factors scaled by 255/224.
 */
const luma = (channel: 0 | 1 | 2) => table((y) => normalise(((y - 16) * 255) / 219, channel));
const chroma = (factor: number, channel: 0 | 1 | 2) =>
  table((c) => ((c - 128) * factor * 255) / 224 / deviation[channel]);
const KR = 0.299;
const KB = 0.114;
const KG = 1 - KR - KB;
const blueY = luma(0);
const greenY = luma(1);
const redY = luma(2);
const blueU = chroma(2 * (1 - KB), 0);
const greenU = chroma((-2 * KB * (1 - KB)) / KG, 1);
const greenV = chroma((-2 * KR * (1 - KR)) / KG, 1);
const redV = chroma(2 * (1 - KR), 2);

const low = [normalise(0, 0), normalise(0, 1), normalise(0, 2)] as const;
const high = [normalise(255, 0), normalise(255, 1), normalise(255, 2)] as const;
const bytes: readonly [Float32Array, Float32Array, Float32Array] = [
  table((v) => normalise(v, 0)),
  table((v) => normalise(v, 1)),
  table((v) => normalise(v, 2)),
];

const requireSize = ({ width, height }: PictureSize): void => {
  for (const [name, side] of [['width', width], ['height', height]] as const) {
    if (!Number.isInteger(side) || side < multiple || side > maximum || side % multiple !== 0)
      throw new RangeError(`picture ${name} is ${side}; scale it to a multiple of ${multiple} up to ${maximum}`);
  }
};

const requireBytes = (have: number, need: number): void => {
  if (have !== need) throw new RangeError(`picture data has ${have} bytes instead of ${need}; check its pixel format`);
};

const target = (length: number, into: Float32Array | undefined): Float32Array =>
  into?.length === length ? into : new Float32Array(length);

/**
 * I420 picture (BT.601 limited range) → planar BGR floats, normalised. Chroma is taken as it is for each 2×2 block.
 * Throws `RangeError` when a side is no multiple of 32 in 32..1920 or the data's length does not fit.
 */
export function preprocessI420(picture: I420Picture, into?: Float32Array): Float32Array {
  requireSize(picture);
  const { width, height, data } = picture;
  const area = width * height;
  requireBytes(data.length, area * 1.5);
  const out = target(area * 3, into);
  const chromaWidth = width / 2;
  for (let row = 0; row < height; row++) {
    const u0 = area + (row >> 1) * chromaWidth;
    const v0 = u0 + area / 4;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const y = data[at] ?? 0;
      const u = data[u0 + (column >> 1)] ?? 0;
      const v = data[v0 + (column >> 1)] ?? 0;
      const blue = (blueY[y] ?? 0) + (blueU[u] ?? 0);
      const green = (greenY[y] ?? 0) + (greenU[u] ?? 0) + (greenV[v] ?? 0);
      const red = (redY[y] ?? 0) + (redV[v] ?? 0);
      out[at] = blue < low[0] ? low[0] : blue > high[0] ? high[0] : blue;
      out[area + at] = green < low[1] ? low[1] : green > high[1] ? high[1] : green;
      out[2 * area + at] = red < low[2] ? low[2] : red > high[2] ? high[2] : red;
    }
  }
  return out;
}

/** Packed RGB24 → planar BGR floats, normalised. Throws as `preprocessI420` does. */
export function preprocessRgb24(picture: RgbPicture, into?: Float32Array): Float32Array {
  requireSize(picture);
  const { width, height, data } = picture;
  const area = width * height;
  requireBytes(data.length, area * 3);
  const out = target(area * 3, into);
  const [blue, green, red] = bytes;
  for (let at = 0, from = 0; at < area; at++, from += 3) {
    out[at] = blue[data[from + 2] ?? 0] ?? 0;
    out[area + at] = green[data[from + 1] ?? 0] ?? 0;
    out[2 * area + at] = red[data[from] ?? 0] ?? 0;
  }
  return out;
}
