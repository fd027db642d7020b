import type { Luma } from './luma.ts';

/** Tiles across and down. */
const COLUMNS = 16;
const ROWS = 12;
/** Of the tiles so large a share is taken to be still, or flat. */
const QUIET_SHARE = 0.3;
/** Mean coded luma outside of which grain is clipped away. */
const DARKEST = 24;
const BRIGHTEST = 228;
/** Mean of |x| to standard deviation of a Gaussian x. */
const TO_SIGMA = Math.sqrt(Math.PI / 2);

/**
 * Standard deviation of the noise, coded levels, from two pictures of one scene; 0 when too little of the picture can be judged.
 * Two estimates, the smaller one counts: what changed from one picture to the next in still tiles (mean |difference| about the tile's
 * own mean, × √(π/2) / √2), which texture does not reach, and the fast estimate of Immerkær (1996) in flat tiles, which movement does
 * not reach.
 */
export function measureNoise(luma: Luma, previous: Luma | null): number {
  if (previous === null || previous.width !== luma.width || previous.height !== luma.height) return 0;
  const temporal: number[] = [];
  const spatial: number[] = [];
  const tileWidth = Math.floor(luma.width / COLUMNS);
  const tileHeight = Math.floor(luma.height / ROWS);
  if (tileWidth < 4 || tileHeight < 4) return 0;
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const at = row * tileHeight * luma.width + column * tileWidth;
      measureTile(luma, previous.values, at, tileWidth, tileHeight, temporal, spatial);
    }
  }
  if (temporal.length < COLUMNS * ROWS * 0.2) return 0;
  return Math.min(quiet(temporal) * TO_SIGMA * Math.SQRT1_2, (quiet(spatial) * TO_SIGMA) / 6);
}

function measureTile(
  { width, values }: Luma,
  before: Uint8Array,
  first: number,
  tileWidth: number,
  tileHeight: number,
  temporal: number[],
  spatial: number[],
): void {
  let sum = 0;
  let level = 0;
  const count = tileWidth * tileHeight;
  for (let row = 0; row < tileHeight; row++) {
    for (let at = first + row * width, end = at + tileWidth; at < end; at++) {
      const value = values[at] ?? 0;
      level += value;
      sum += value - (before[at] ?? 0);
    }
  }
  const mean = sum / count;
  if (level < DARKEST * count || level > BRIGHTEST * count) return;
  let change = 0;
  let texture = 0;
  for (let row = 1; row < tileHeight - 1; row += 2) {
    for (let at = first + row * width + 1, end = at + tileWidth - 2; at < end; at++) {
      change += Math.abs((values[at] ?? 0) - (before[at] ?? 0) - mean);
      const up = at - width;
      const down = at + width;
      texture += Math.abs(
        (values[up - 1] ?? 0) +
          (values[up + 1] ?? 0) +
          (values[down - 1] ?? 0) +
          (values[down + 1] ?? 0) -
          2 * ((values[up] ?? 0) + (values[down] ?? 0) + (values[at - 1] ?? 0) + (values[at + 1] ?? 0)) +
          4 * (values[at] ?? 0),
      );
    }
  }
  const inner = (tileWidth - 3) * ((tileHeight - 1) >> 1);
  temporal.push(change / inner);
  spatial.push(texture / inner);
}

const quiet = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length * QUIET_SHARE)] ?? 0;
