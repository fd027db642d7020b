import type { Picture } from '../pipeline.ts';

/** How far a picture lies from the one before, pixels of the picture; null when too few parts of it agree. */
export type Shift = { x: number; y: number } | null;

/** Tiles across and down, and how far a tile is searched, pixels. */
const ACROSS = 3;
const DOWN = 3;
const REACH = 12;
/** Of each tile every so many lines are summed. */
const LINE_STEP = 2;
/** A tile's best fit must leave at most this share of the mean misfit. */
const DISTINCT = 0.65;
/** Mean step of a tile's profile that can be followed, coded levels. */
const LEAST_STEP = 0.15;
/** Tiles that must agree, and within how many pixels. */
const AGREEING = 5;
const TOLERANCE = 1;

type Profiles = { width: number; height: number; columns: Float32Array[]; rows: Float32Array[] };

/**
 * Follows the camera's own movement from picture to picture: in each of nine tiles the differences of neighbouring column sums and of
 * neighbouring row sums are matched with those of the picture before (least absolute difference, parabola through the three best); the
 * median of the tiles counts when enough of them agree, so that a passing car does not move the camera.
 */
export class ShiftMeter {
  #before: Profiles | null = null;

  /** The shift since the last call; null for the first picture. */
  measure(picture: Picture): Shift {
    const now = profilesOf(picture);
    const before = this.#before;
    this.#before = now;
    if (before === null || before.width !== now.width || before.height !== now.height) return null;
    const x = agreed(now.columns, before.columns);
    const y = agreed(now.rows, before.rows);
    return x === null || y === null ? null : { x, y };
  }
}

function profilesOf({ width, height, data }: Picture): Profiles {
  const tileWidth = Math.floor(width / ACROSS);
  const tileHeight = Math.floor(height / DOWN);
  const columns: Float32Array[] = [];
  const rows: Float32Array[] = [];
  for (let tile = 0; tile < ACROSS * DOWN; tile++) {
    const first = Math.floor(tile / ACROSS) * tileHeight * width + (tile % ACROSS) * tileWidth;
    const column = new Float32Array(tileWidth);
    const row = new Float32Array(tileHeight);
    for (let y = 0; y < tileHeight; y += LINE_STEP)
      for (let x = 0, at = first + y * width; x < tileWidth; x++, at++)
        column[x] = (column[x] ?? 0) + (data[at] ?? 0);
    for (let y = 0; y < tileHeight; y++) {
      let sum = 0;
      for (let x = 0, at = first + y * width; x < tileWidth; x += LINE_STEP, at += LINE_STEP)
        sum += data[at] ?? 0;
      row[y] = sum;
    }
    columns.push(steps(column, LINE_STEP / tileHeight));
    rows.push(steps(row, LINE_STEP / tileWidth));
  }
  return { width, height, columns, rows };
}

/** Differences of neighbours, so that light does not count, scaled to one pixel's levels. */
function steps(sums: Float32Array, scale: number): Float32Array {
  const result = new Float32Array(sums.length - 1);
  for (let at = 0; at < result.length; at++) result[at] = ((sums[at + 1] ?? 0) - (sums[at] ?? 0)) * scale;
  return result;
}

function agreed(now: readonly Float32Array[], before: readonly Float32Array[]): number | null {
  const shifts: number[] = [];
  for (let tile = 0; tile < now.length; tile++) {
    const [a, b] = [now[tile], before[tile]];
    const shift = a && b ? shiftOf(a, b) : null;
    if (shift !== null) shifts.push(shift);
  }
  if (shifts.length < AGREEING) return null;
  shifts.sort((a, b) => a - b);
  const middle = shifts[shifts.length >> 1] ?? 0;
  return shifts.filter((shift) => Math.abs(shift - middle) <= TOLERANCE).length >= AGREEING ? middle : null;
}

const misfits = new Float32Array(2 * REACH + 1);

function shiftOf(now: Float32Array, before: Float32Array): number | null {
  const length = now.length;
  let energy = 0;
  for (let at = 0; at < length; at++) energy += Math.abs(before[at] ?? 0);
  if (energy < LEAST_STEP * length) return null;
  let best = 0;
  let total = 0;
  for (let shift = -REACH; shift <= REACH; shift++) {
    let misfit = 0;
    for (let at = REACH; at < length - REACH; at++)
      misfit += Math.abs((now[at + shift] ?? 0) - (before[at] ?? 0));
    misfits[shift + REACH] = misfit;
    total += misfit;
    if (misfit < (misfits[best] ?? 0)) best = shift + REACH;
  }
  const least = misfits[best] ?? 0;
  if (best === 0 || best === 2 * REACH || least > (DISTINCT * total) / misfits.length) return null;
  const [left, right] = [misfits[best - 1] ?? 0, misfits[best + 1] ?? 0];
  const bend = left + right - 2 * least;
  return best - REACH + (bend > 0 ? (left - right) / (2 * bend) : 0);
}
