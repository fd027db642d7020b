import type { Picture } from '../pipeline.ts';

/** How crisp the edges of a picture are. */
export type Edges = {
  /** Share of the tiles that have edges at all, 0..1. */
  coverage: number;
  /** Median over these tiles of their steepest edges: greatest step of one pixel / range of the window, 1/8..1. */
  steepness: number;
};

/** Pixels of a window and between windows; an edge of 9 pixels has a tenth of its range in each step. */
const WINDOW = 9;
const ROW_STEP = 6;
const COLUMNS = 16;
const ROWS = 12;
/** A window is an edge when its range is at least so many coded levels, so that grain of 4 levels is none. */
const EDGE_RANGE = 24;
/** Windows that a tile must have to count. */
const EDGES_NEEDED = 2;

const steepest = new Float32Array(COLUMNS * ROWS);
const second = new Float32Array(COLUMNS * ROWS);
const edges = new Uint16Array(COLUMNS * ROWS);

type Walk = { lines: number; length: number; lineStep: number; pixelStep: number };

/**
 * Edge steepness without a reference picture: a step edge blurred by a Gaussian of s pixels rises by at most 1/(s·√(2π)) of its height
 * per pixel, whatever its height and whatever the scene. Tiles make a line of crisp text in the picture count for its area only.
 */
export function measureEdges({ width, height, data }: Picture): Edges {
  steepest.fill(0);
  second.fill(0);
  edges.fill(0);
  walk(
    data,
    { lines: height, length: width, lineStep: width, pixelStep: 1 },
    (line, along) => Math.floor((line * ROWS) / height) * COLUMNS + Math.floor((along * COLUMNS) / width),
  );
  walk(
    data,
    { lines: width, length: height, lineStep: 1, pixelStep: width },
    (line, along) => Math.floor((along * ROWS) / height) * COLUMNS + Math.floor((line * COLUMNS) / width),
  );
  const found: number[] = [];
  for (let tile = 0; tile < edges.length; tile++)
    if ((edges[tile] ?? 0) >= EDGES_NEEDED) found.push(second[tile] ?? 0);
  found.sort((a, b) => a - b);
  return { coverage: found.length / edges.length, steepness: found[found.length >> 1] ?? 0 };
}

function walk(
  data: Uint8Array,
  { lines, length, lineStep, pixelStep }: Walk,
  tileOf: (line: number, along: number) => number,
): void {
  for (let line = ROW_STEP >> 1; line < lines; line += ROW_STEP) {
    for (let start = 0; start + WINDOW <= length; start += WINDOW - 1) {
      let at = line * lineStep + start * pixelStep;
      let previous = data[at] ?? 0;
      let low = previous;
      let high = previous;
      let step = 0;
      for (let n = 1; n < WINDOW; n++) {
        at += pixelStep;
        const value = data[at] ?? 0;
        const rise = value > previous ? value - previous : previous - value;
        if (rise > step) step = rise;
        if (value < low) low = value;
        else if (value > high) high = value;
        previous = value;
      }
      if (high - low >= EDGE_RANGE) note(tileOf(line, start), step / (high - low));
    }
  }
}

function note(tile: number, steepness: number): void {
  edges[tile] = (edges[tile] ?? 0) + 1;
  const first = steepest[tile] ?? 0;
  if (steepness > first) {
    second[tile] = first;
    steepest[tile] = steepness;
  } else if (steepness > (second[tile] ?? 0)) second[tile] = steepness;
}
