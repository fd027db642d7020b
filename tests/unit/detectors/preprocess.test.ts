import { describe, expect, test } from 'vitest';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';
import { normalise } from '../../../models/detectors/nanodet/preprocess.ts';

const WIDTH = 64;
const HEIGHT = 32;
const AREA = WIDTH * HEIGHT;

/** A picture of one colour. */
function plain(y: number, u: number, v: number) {
  const data = new Uint8Array(AREA * 1.5)
    .fill(y, 0, AREA)
    .fill(u, AREA, AREA * 1.25)
    .fill(v, AREA * 1.25);
  return { width: WIDTH, height: HEIGHT, data };
}

describe('I420 → BGRX bytes', () => {
  // 75 % and 100 % colour bars of ITU-R BT.601 in limited range; one level of rounding is allowed.
  test.each([
    ['black', [16, 128, 128], [0, 0, 0]],
    ['white', [235, 128, 128], [255, 255, 255]],
    ['grey', [126, 128, 128], [128, 128, 128]],
    ['red', [81, 90, 240], [0, 0, 254]],
    ['green', [145, 54, 34], [1, 255, 0]],
    ['blue', [41, 240, 110], [255, 0, 0]],
    ['75 % yellow', [162, 44, 142], [0, 191, 192]],
  ])('%s keeps its colour', (_, [y = 0, u = 0, v = 0], bgr) => {
    const out = nanodet.preprocess.i420(plain(y, u, v));
    bgr.forEach((level, channel) => {
      expect(Math.abs((out[channel] ?? -9) - level)).toBeLessThanOrEqual(1.5);
      expect(out[4 * (AREA - 1) + channel]).toBe(out[channel]);
    });
  });

  test('levels outside the limited range are clamped, not wrapped', () => {
    const brightest = nanodet.preprocess.i420(plain(255, 128, 128));
    const darkest = nanodet.preprocess.i420(plain(0, 128, 128));
    expect([...brightest.slice(0, 3)]).toEqual([255, 255, 255]);
    expect([...darkest.slice(0, 3)]).toEqual([0, 0, 0]);
  });

  test('chroma colours exactly its own block of two by two', () => {
    const picture = plain(81, 128, 128);
    picture.data[AREA + WIDTH / 2 + 3] = 90;
    picture.data[AREA * 1.25 + WIDTH / 2 + 3] = 240;
    const out = nanodet.preprocess.i420(picture);
    const red: string[] = [];
    for (let at = 0; at < AREA; at++)
      if ((out[at * 4 + 2] ?? 0) > 200) red.push(`${at % WIDTH},${Math.floor(at / WIDTH)}`);
    expect(red).toEqual(['6,2', '7,2', '6,3', '7,3']);
  });

  test('a buffer of the right length is used again', () => {
    const into = new Uint8Array(AREA * 4);
    expect(nanodet.preprocess.i420(plain(235, 128, 128), into).buffer).toBe(into.buffer);
    expect(into[0]).toBe(255);
  });

  test('a side that is no multiple of 32 is refused by name', () => {
    expect(() => nanodet.preprocess.i420({ width: 100, height: 32, data: new Uint8Array(4800) })).toThrow(
      /width is 100/,
    );
    expect(() => nanodet.preprocess.i420({ width: 32, height: 4096, data: new Uint8Array(9) })).toThrow(
      /height is 4096/,
    );
  });

  test('data of another length is refused', () => {
    expect(() => nanodet.preprocess.i420({ width: 64, height: 32, data: new Uint8Array(AREA) })).toThrow(
      /3072/,
    );
  });
});

describe('RGB24 → BGRX bytes', () => {
  test('red, green and blue change places', () => {
    const data = new Uint8Array(AREA * 3);
    data.set([10, 20, 30], 3);
    const out = nanodet.preprocess.rgb24({ width: WIDTH, height: HEIGHT, data });
    expect([...out.slice(4, 8)]).toEqual([30, 20, 10, 0]);
  });
});

describe('BGRX bytes → float planes of the float32 network', () => {
  test('mean and deviation are those of the training', () => {
    const pixels = new Uint8Array(AREA * 4);
    pixels.set([103, 116, 124, 0, 255, 0, 255, 0]);
    const out = normalise(pixels);
    expect(out[0]).toBeCloseTo((103 - 103.53) / 57.375, 5);
    expect(out[AREA]).toBeCloseTo((116 - 116.28) / 57.12, 5);
    expect(out[2 * AREA]).toBeCloseTo((124 - 123.675) / 58.395, 5);
    expect(out[1]).toBeCloseTo((255 - 103.53) / 57.375, 5);
    expect(out[AREA + 1]).toBeCloseTo(-116.28 / 57.12, 5);
  });
});
