import type { PrivacyMask } from '@pingan/models/contract';
import sharp from 'sharp';
import type { GopSnapshot, StillDecoder, StillPicture } from '../pipeline.ts';

type Polygon = PrivacyMask['polygon'];

/** Pixels by which a mask reaches over its polygon: chroma is half as fine as luma, and edges blur. */
const MARGIN = 2;
const SIDE_LIMIT = 16_384;

/**
 * The masks as a picture of the given size, RGBA: opaque black where something must not be seen, transparent elsewhere.
 * @throws RangeError for an impossible size
 */
export async function drawMask(polygons: readonly Polygon[], width: number, height: number): Promise<Buffer> {
  if (width < 1 || height < 1 || width > SIDE_LIMIT || height > SIDE_LIMIT) {
    throw new RangeError(`a mask of ${width}×${height} pixels`);
  }
  const corner = ([x, y]: Polygon[number]) => `${(x * width).toFixed(2)},${(y * height).toFixed(2)}`;
  const shapes = polygons.map((polygon) => `<polygon points="${polygon.map(corner).join(' ')}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g fill="#000" stroke="#000" stroke-width="${2 * MARGIN}" stroke-linejoin="round">${shapes.join('')}</g></svg>`;
  const drawn = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  if (drawn.length !== width * height * 4) throw new RangeError('the mask was drawn in another size');
  const mask = Buffer.alloc(drawn.length);
  for (let at = 3; at < drawn.length; at += 4) mask[at] = drawn[at] === 0 ? 0 : 255;
  return mask;
}

/** The same picture with everything under the masks black. */
async function maskPicture(picture: StillPicture, polygons: readonly Polygon[]): Promise<StillPicture> {
  const { width, height, rgb } = picture;
  const mask = await drawMask(polygons, width, height);
  const masked = new Uint8Array(rgb);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (mask[pixel * 4 + 3] === 0) continue;
    for (let channel = 0; channel < 3; channel += 1) masked[pixel * 3 + channel] = 0;
  }
  return { ...picture, rgb: masked };
}

/** A decoder whose pictures are masked before anybody sees them; rejects when that fails. */
export function maskStills(stills: StillDecoder, masks: readonly PrivacyMask[]): StillDecoder {
  if (masks.length === 0) return stills;
  const polygons = masks.map(({ polygon }) => polygon);
  return {
    decode: async (gop: GopSnapshot, signal?: AbortSignal) =>
      maskPicture(await stills.decode(gop, signal), polygons),
  };
}
