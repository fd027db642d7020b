import type { Luma } from './luma.ts';

/** The reduced picture averaged over cells: structure without grain. */
export const CELL_COLUMNS = 52;
export const CELL_ROWS = 40;
export const CELLS = CELL_COLUMNS * CELL_ROWS;
/** A block is so many cells square; blocks overlap by half. */
const BLOCK = 8;
const STEP = 4;
const COLUMNS = Math.floor((CELL_COLUMNS - BLOCK) / STEP) + 1;
const ROWS = Math.floor((CELL_ROWS - BLOCK) / STEP) + 1;
/** A block whose remembered cells vary by less (standard deviation, coded levels) has no structure to lose. */
const LEAST_STRUCTURE = 5;
/** Correlation with the remembered block below which it shows something else. */
const OTHER = 0.4;
/** The same for a block without detail: what is smooth correlates with much. */
const OTHER_SMOOTH = 0.7;
/** Of its remembered detail a covered block keeps less than this share, and less than this amount, coded levels. */
const COVERED_SHARE = 0.4;
const COVERED_DETAIL = 2.2;
/** Mean step between neighbours that differ by Gaussian noise alone, in standard deviations: 2 / √π. */
const NOISE_STEP = 2 / Math.sqrt(Math.PI);

/** What a place looks like: mean luma and mean fine detail of each cell, coded levels. */
export type SceneMap = { cells: Float32Array; detail: Float32Array };

/** What a camera sees: cells as a mean over some looks, and detail and cells of the latest one. */
export type SceneView = SceneMap & { latest: Float32Array };

/** How a picture differs from the remembered place. Shares are of the blocks that have structure, 0..1. */
export type SceneChange = {
  /** Blocks that show something else, with or without detail. */
  changed: number;
  /** The largest connected group of blocks that show something else and have lost their detail. */
  covered: number;
  /** Blocks that show something else and have detail. */
  moved: number;
  /** Blocks with structure / all blocks. */
  structured: number;
};

export const emptyMap = (): SceneMap => ({
  cells: new Float32Array(CELLS),
  detail: new Float32Array(CELLS),
});

/** Mean and fine detail (mean step to the right and down) of each cell of a reduced picture. */
export function mapScene({ width, height, values }: Luma, into: SceneMap): SceneMap {
  for (let row = 0; row < CELL_ROWS; row++) {
    const top = Math.floor((row * (height - 1)) / CELL_ROWS);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * (height - 1)) / CELL_ROWS));
    for (let column = 0; column < CELL_COLUMNS; column++) {
      const left = Math.floor((column * (width - 1)) / CELL_COLUMNS);
      const right = Math.max(left + 1, Math.floor(((column + 1) * (width - 1)) / CELL_COLUMNS));
      let sum = 0;
      let detail = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = y * width + left, end = y * width + right; at < end; at++) {
          const value = values[at] ?? 0;
          sum += value;
          detail += Math.abs(value - (values[at + 1] ?? 0)) + Math.abs(value - (values[at + width] ?? 0));
        }
      }
      const count = (bottom - top) * (right - left);
      into.cells[row * CELL_COLUMNS + column] = sum / count;
      into.detail[row * CELL_COLUMNS + column] = detail / (2 * count);
    }
  }
  return into;
}

/** Lets a map follow another one; `share` 1 copies it. */
export function followScene(map: SceneMap, towards: SceneMap, share: number): void {
  for (let cell = 0; cell < CELLS; cell++) {
    map.cells[cell] = (map.cells[cell] ?? 0) * (1 - share) + (towards.cells[cell] ?? 0) * share;
    map.detail[cell] = (map.detail[cell] ?? 0) * (1 - share) + (towards.detail[cell] ?? 0) * share;
  }
}

const covered = new Uint8Array(COLUMNS * ROWS);

/**
 * Compares blocks by normalised correlation of their cells, so that light and contrast do not count, and asks of those that differ
 * whether detail is left: a view of another place has it, something in front of the lens has not, but for the sensor's own grain.
 * What is smooth is judged by the latest look alone: in a mean the rest of what was there before is all the structure it has.
 * @param noise standard deviation of that grain, coded levels
 */
export function compareScene(now: SceneView, known: SceneMap, noise = 0): SceneChange {
  const grain = (NOISE_STEP * noise) ** 2;
  let structured = 0;
  let moved = 0;
  let lost = 0;
  for (let block = 0; block < covered.length; block++) {
    const first = Math.floor(block / COLUMNS) * STEP * CELL_COLUMNS + (block % COLUMNS) * STEP;
    const { structure, correlation, detail, before } = compareBlock(now, known, first);
    const correlated = () =>
      compareBlock({ cells: now.latest, detail: now.detail }, known, first).correlation;
    covered[block] = 0;
    if (structure < LEAST_STRUCTURE) continue;
    structured++;
    const real = Math.sqrt(Math.max(0, detail * detail - grain));
    const isSmooth = real < COVERED_SHARE * before && real < COVERED_DETAIL;
    if (isSmooth ? correlated() >= OTHER_SMOOTH : correlation >= OTHER) continue;
    if (isSmooth) {
      covered[block] = 1;
      lost++;
    } else moved++;
  }
  const share = (count: number) => (structured > 0 ? count / structured : 0);
  return {
    changed: share(moved + lost),
    covered: share(largestGroup()),
    moved: share(moved),
    structured: structured / covered.length,
  };
}

function compareBlock(now: SceneMap, known: SceneMap, first: number) {
  const count = BLOCK * BLOCK;
  let [x, b, xx, bb, xb, detail, before] = [0, 0, 0, 0, 0, 0, 0];
  for (let row = 0; row < BLOCK; row++) {
    for (let cell = first + row * CELL_COLUMNS, end = cell + BLOCK; cell < end; cell++) {
      const value = now.cells[cell] ?? 0;
      const mean = known.cells[cell] ?? 0;
      x += value;
      b += mean;
      xx += value * value;
      bb += mean * mean;
      xb += value * mean;
      detail += now.detail[cell] ?? 0;
      before += known.detail[cell] ?? 0;
    }
  }
  const varianceX = Math.max(0, xx / count - (x / count) ** 2);
  const varianceB = Math.max(0, bb / count - (b / count) ** 2);
  const covariance = xb / count - (x / count) * (b / count);
  return {
    structure: Math.sqrt(varianceB),
    correlation: varianceX * varianceB > 1e-6 ? covariance / Math.sqrt(varianceX * varianceB) : 0,
    detail: detail / count,
    before: before / count,
  };
}

/** Blocks in the largest group of covered blocks that touch; empties `covered`. */
function largestGroup(): number {
  let largest = 0;
  const queue: number[] = [];
  for (let start = 0; start < covered.length; start++) {
    if (covered[start] !== 1) continue;
    covered[start] = 0;
    queue.push(start);
    let size = 0;
    for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
      size++;
      const column = block % COLUMNS;
      const near = [block - COLUMNS, block + COLUMNS];
      if (column > 0) near.push(block - 1);
      if (column < COLUMNS - 1) near.push(block + 1);
      for (const other of near) {
        if (covered[other] !== 1) continue;
        covered[other] = 0;
        queue.push(other);
      }
    }
    largest = Math.max(largest, size);
  }
  return largest;
}
