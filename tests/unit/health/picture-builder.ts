import type { Picture } from '../../../gateway/src/pipeline.ts';

export type Paint = (x: number, y: number) => number;

/** A repeatable random number in 0..1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A grey picture whose luma is `paint(x, y)`, clamped to the coded range. */
export function picture(paint: Paint, monotonicMs: number, size = { width: 320, height: 192 }): Picture {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 1.5).fill(128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data[y * width + x] = Math.min(235, Math.max(16, Math.round(paint(x, y))));
  }
  return {
    cameraId: 'camera-1',
    width,
    height,
    data,
    capturedAtMs: 1_700_000_000_000 + monotonicMs,
    monotonicMs,
  };
}

/** Left edges of houses, irregular: what repeats evenly over the whole picture would be stripes. */
const HOUSES = [0, 19, 61, 74, 118, 131, 177, 190, 241, 259, 288];

/** A street of sorts: soft shapes and hard edges, mean about 120. */
export const street: Paint = (x, y) => {
  const house = HOUSES.findLastIndex((left) => x >= left);
  const roof = 20 + ((house * 37) % 50);
  const wall = y > roof && y < 130 ? ((house * 53) % 90) - 45 : 20;
  return 120 + 40 * Math.sin(x / 17) * Math.cos(y / 23) + wall + (y > 130 ? -35 : 15);
};

const wallRandom = seededRandom(77);
const edgesOf = (count: number) => {
  const edges = [-80];
  for (let n = 1; n < count; n++) edges.push((edges[n - 1] ?? 0) + 9 + Math.floor(wallRandom() * 26));
  return edges;
};
const wallColumns = edgesOf(40);
const wallRows = edgesOf(40);
const wallLevels = Array.from({ length: 1600 }, () => 50 + Math.floor(wallRandom() * 150));

const WALL = { left: 40, top: 40, width: 460, height: 320 };
const wallRaster = Uint8Array.from({ length: WALL.width * WALL.height }, (_, at) => {
  const column = wallColumns.findLastIndex((left) => (at % WALL.width) - WALL.left >= left);
  const row = wallRows.findLastIndex((top) => Math.floor(at / WALL.width) - WALL.top >= top);
  return wallLevels[column * 40 + row] ?? 120;
});

/** A scene with irregular structure everywhere and in both directions. */
export const wall: Paint = (x, y) =>
  wallRaster[(Math.round(y) + WALL.top) * WALL.width + Math.round(x) + WALL.left] ?? 120;

/** `base` with grain of about ±`amplitude` levels. */
export function grain(base: Paint, amplitude: number, random: () => number): Paint {
  return (x, y) => base(x, y) + (random() + random() - 1) * amplitude * 1.5;
}

/** `base` with a dark person-like figure whose upper left corner is at (left, top). */
export function withFigure(base: Paint, left: number, top: number): Paint {
  return (x, y) => {
    const inside = x >= left && x < left + 16 && y >= top && y < top + 44;
    if (!inside) return base(x, y);
    return y < top + 12 ? 190 : 40 + ((y - top) % 9) * 3;
  };
}
