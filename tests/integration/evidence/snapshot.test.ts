import { createHash } from 'node:crypto';
import { SNAPSHOT_LIMIT_BYTES } from '@pingan/models/contract';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { renderSnapshot } from '../../../gateway/src/evidence/index.ts';
import { escapeXml, overlaySvg } from '../../../gateway/src/evidence/overlay.ts';
import type { StillPicture } from '../../../gateway/src/pipeline.ts';

function still(width: number, height: number, byteAt: (index: number) => number): StillPicture {
  const rgb = new Uint8Array(width * height * 3);
  for (let index = 0; index < rgb.length; index += 1) rgb[index] = byteAt(index);
  return { width, height, rgb, capturedAtMs: 0 };
}

const grey = still(640, 480, () => 128);
const nothing = { boxes: [], zones: [], caption: '' };

async function pixel(jpeg: Buffer, x: number, y: number): Promise<number[]> {
  const raw = await sharp(jpeg).extract({ left: x, top: y, width: 1, height: 1 }).raw().toBuffer();
  return [...raw];
}

describe('snapshot', () => {
  test('is a JPEG of the said size and hash with the box and the zone drawn where they are', async () => {
    const { jpeg, width, height, sha256 } = await renderSnapshot({
      still: grey,
      boxes: [{ box: [0.25, 0.5, 0.25, 0.25], label: 'person', confidence: 0.87 }],
      zones: [
        {
          name: '',
          polygon: [
            [0.7, 0.1],
            [0.95, 0.1],
            [0.95, 0.9],
            [0.7, 0.9],
          ],
        },
      ],
      caption: '',
    });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 480 });
    expect([width, height, sha256]).toEqual([640, 480, createHash('sha256').update(jpeg).digest('hex')]);
    const [red = 0, green = 0, blue = 0] = await pixel(jpeg, 160, 300);
    expect(red - Math.max(green, blue)).toBeGreaterThan(60);
    const [inside = 0] = await pixel(jpeg, 240, 300);
    expect(Math.abs(inside - 128)).toBeLessThan(12);
    const [r = 0, , b = 0] = await pixel(jpeg, 530, 240);
    expect(r - b).toBeGreaterThan(3);
  });

  test('of a 4K picture is at most 960 pixels a side, upright ones too', async () => {
    expect(await renderSnapshot({ still: still(3840, 2160, () => 90), ...nothing })).toMatchObject({
      width: 960,
      height: 540,
    });
    expect(await renderSnapshot({ still: still(1080, 1920, () => 90), ...nothing })).toMatchObject({
      width: 540,
      height: 960,
    });
  });

  test('of pure noise still fits the limit', async () => {
    let seed = 1;
    const noise = still(1280, 960, () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed >> 16;
    });
    const { jpeg } = await renderSnapshot({ still: noise, ...nothing });
    expect(jpeg.length).toBeLessThanOrEqual(SNAPSHOT_LIMIT_BYTES);
    expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  });

  test('takes any text and any numbers without breaking', async () => {
    const hostile = `</text><script>alert(1)</script>&"'\u0000\u0007\ud800 固戍北口`;
    const { jpeg } = await renderSnapshot({
      still: grey,
      boxes: [{ box: [Number.NaN, -3, 9, Number.POSITIVE_INFINITY], label: hostile, confidence: Number.NaN }],
      zones: [{ name: hostile, polygon: [] }],
      caption: hostile.repeat(40),
    });
    expect(jpeg.length).toBeGreaterThan(1000);
    expect(escapeXml(hostile)).toBe(
      '&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&apos; 固戍北口',
    );
    expect(overlaySvg({ ...nothing, caption: hostile }, 64, 64)).not.toContain('<script');
  });

  test('refuses bytes that are not three per pixel', async () => {
    const wrong = { ...grey, rgb: grey.rgb.subarray(1) };
    await expect(renderSnapshot({ still: wrong, ...nothing })).rejects.toThrow(
      '640×480 pixels has 921599 bytes',
    );
  });
});
