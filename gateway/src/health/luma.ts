import type { Picture } from '../pipeline.ts';

/** A reduced luma plane, values as coded: 16 = black, 235 = white. */
export type Luma = { width: number; height: number; values: Uint8Array };

const MAX_WIDTH = 320;
const MAX_HEIGHT = 180;

/** The whole factor by which a picture is reduced to fit 320×180 (one more row or column than fits is cut). */
function factorOf({ width, height }: Picture): number {
  return Math.max(1, Math.ceil(Math.max(width / MAX_WIDTH, height / MAX_HEIGHT) - 0.1));
}

/**
 * The luma of a picture reduced to about 320×180 by taking every n-th pixel of every n-th row: unlike a mean it keeps the fine
 * structure that sharpness and freezing are judged by. `into` is reused when its size fits. Throws a RangeError when the plane is short.
 */
export function reduceLuma(picture: Picture, into: Luma | null): Luma {
  const factor = factorOf(picture);
  const width = Math.floor(picture.width / factor);
  const height = Math.floor(picture.height / factor);
  if (picture.data.length < picture.width * picture.height || width < 3 || height < 3)
    throw new RangeError(
      `picture of ${picture.width}×${picture.height} has ${picture.data.length} bytes; it needs a whole luma plane of at least 3×3`,
    );
  const fits = into?.width === width && into.height === height;
  const luma = fits ? into : { width, height, values: new Uint8Array(width * height) };
  let target = 0;
  for (let row = 0; row < height; row++) {
    let source = row * factor * picture.width;
    for (const end = target + width; target < end; target++, source += factor)
      luma.values[target] = picture.data[source] ?? 0;
  }
  return luma;
}
