import { createHash } from 'node:crypto';
import { SNAPSHOT_LIMIT_BYTES } from '@pingan/models/contract';
import sharp from 'sharp';
import type { StillPicture } from '../pipeline.ts';
import { type Overlay, overlaySvg } from './overlay.ts';

type SnapshotOptions = Overlay & { still: StillPicture };
type RenderedSnapshot = {
  jpeg: Buffer;
  width: number;
  height: number;
  /** Of the JPEG, hexadecimal. */
  sha256: string;
};

/** Tried in this order until the picture fits: quality first, size when quality no longer helps. */
const SIDES = [960, 640, 400];
const QUALITIES = [80, 65, 50, 35];

/**
 * The picture of an event: boxes, zones and a caption drawn over it, as JPEG of at most `SNAPSHOT_LIMIT_BYTES` and 960 pixels a side.
 * @throws RangeError when the still's bytes do not match its size, or nothing fits
 */
export async function renderSnapshot({ still, ...overlay }: SnapshotOptions): Promise<RenderedSnapshot> {
  const { width, height, rgb } = still;
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new RangeError(`still of ${width}×${height} pixels has ${rgb.length} bytes, not 3 per pixel`);
  }
  sharp.concurrency(1);
  for (const side of SIDES) {
    const drawn = await draw(still, overlay, side);
    for (const quality of QUALITIES) {
      const raw = { width: drawn.width, height: drawn.height, channels: 3 as const };
      const jpeg = await sharp(drawn.rgb, { raw }).jpeg({ quality }).toBuffer();
      if (jpeg.length > SNAPSHOT_LIMIT_BYTES) continue;
      const sha256 = createHash('sha256').update(jpeg).digest('hex');
      return { jpeg, width: drawn.width, height: drawn.height, sha256 };
    }
  }
  throw new RangeError('no quality makes the snapshot small enough');
}

async function draw({ width, height, rgb }: StillPicture, overlay: Overlay, side: number) {
  const scale = Math.min(1, side / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const svg = Buffer.from(overlaySvg(overlay, size.width, size.height));
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ ...size, fit: 'fill' })
    .composite([{ input: svg, top: 0, left: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
}
