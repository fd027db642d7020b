import type { I420Picture, PictureSize, RgbPicture } from '../detector-model.ts';
import { manifest } from './manifest.ts';
import { normalisation } from './normalisation.ts';

const { multiple, maximum } = manifest.input;
/** Bytes of one pixel of the input: blue, green, red and one that carries nothing. */
const PIXEL = 4;

/** A table over one byte in 1/65536, so that the pixel loop only adds and shifts. */
const table = (term: (byte: number) => number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, byte) => Math.round(term(byte) * 65_536));

/*
 * BT.601 limited range (ITU-R BT.601-7 §2.5): luma 16..235, chroma 16..240 around 128, KR = 0.299, KB = 0.114.
 * The luma table carries the half that makes the shift round.
 */
const KR = 0.299;
const KB = 0.114;
const KG = 1 - KR - KB;
const chroma = (factor: number) => table((byte) => ((byte - 128) * factor * 255) / 224);
const luma = table((byte) => ((byte - 16) * 255) / 219 + 0.5);
const blueU = chroma(2 * (1 - KB));
const greenU = chroma((-2 * KB * (1 - KB)) / KG);
const greenV = chroma((-2 * KR * (1 - KR)) / KG);
const redV = chroma(2 * (1 - KR));

const requireSize = ({ width, height }: PictureSize): void => {
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < multiple || side > maximum || side % multiple !== 0)
      throw new RangeError(
        `picture ${name} is ${side}; scale it to a multiple of ${multiple} up to ${maximum}`,
      );
  }
};

const requireBytes = (have: number, need: number): void => {
  if (have !== need)
    throw new RangeError(`picture data has ${have} bytes instead of ${need}; check its pixel format`);
};

const target = (length: number, into: Uint8Array | undefined): Uint8ClampedArray =>
  into?.length === length
    ? new Uint8ClampedArray(into.buffer, into.byteOffset, length)
    : new Uint8ClampedArray(length);

const asBytes = (clamped: Uint8ClampedArray): Uint8Array =>
  new Uint8Array(clamped.buffer, clamped.byteOffset, clamped.length);

/**
 * I420 picture (BT.601 limited range) → BGRX bytes. Each 2×2 block takes its chroma as it is.
 * Throws `RangeError` when a side is no multiple of 32 in 32..1920 or the data's length does not fit.
 */
export function preprocessI420(picture: I420Picture, into?: Uint8Array): Uint8Array {
  requireSize(picture);
  const { width, height, data } = picture;
  const area = width * height;
  requireBytes(data.length, area * 1.5);
  const out = target(area * PIXEL, into);
  for (let row = 0; row < height; row++) {
    let at = row * width;
    let u = area + (row >> 1) * (width >> 1);
    let v = u + (area >> 2);
    for (let pair = 0; pair < width; pair += 2) {
      const blue = blueU[data[u] ?? 0] ?? 0;
      const green = (greenU[data[u++] ?? 0] ?? 0) + (greenV[data[v] ?? 0] ?? 0);
      const red = redV[data[v++] ?? 0] ?? 0;
      for (const end = at + 2; at < end; at++) {
        const light = luma[data[at] ?? 0] ?? 0;
        const to = at * PIXEL;
        out[to] = (light + blue) >> 16;
        out[to + 1] = (light + green) >> 16;
        out[to + 2] = (light + red) >> 16;
      }
    }
  }
  return asBytes(out);
}

/** Packed RGB24 → BGRX bytes. Throws as `preprocessI420` does. */
export function preprocessRgb24(picture: RgbPicture, into?: Uint8Array): Uint8Array {
  requireSize(picture);
  const { width, height, data } = picture;
  const area = width * height;
  requireBytes(data.length, area * 3);
  const out = target(area * PIXEL, into);
  for (let at = 0, from = 0; at < out.length; at += PIXEL, from += 3) {
    out[at] = data[from + 2] ?? 0;
    out[at + 1] = data[from + 1] ?? 0;
    out[at + 2] = data[from] ?? 0;
  }
  return asBytes(out);
}

/** BGRX bytes → planar blue, green, red floats with mean and deviation applied: the float32 network's input. */
export function normalise(pixels: Uint8Array): Float32Array {
  const area = pixels.length / PIXEL;
  const out = new Float32Array(area * 3);
  normalisation.forEach(({ mean, deviation }, channel) => {
    for (let at = 0; at < area; at++)
      out[channel * area + at] = ((pixels[at * PIXEL + channel] ?? 0) - mean) / deviation;
  });
  return out;
}
