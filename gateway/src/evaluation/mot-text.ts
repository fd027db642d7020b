/** One box of a truth or a result, in the text form of the MOTChallenge (Dendorfer et al. 2020): pixels of the source, frames from 1. */
export type MotRow = {
  /** 1 … */
  frame: number;
  /** Identity; -1 in a list of detections. */
  id: number;
  /** Left, top, width, height in pixels. */
  box: readonly [number, number, number, number];
  /** 0..1. In a truth 0 marks a box that is neither asked for nor wrong to find. */
  score: number;
  /** MOTChallenge class: 1 pedestrian, 3 vehicle, 4 bicycle, 5 motorcycle; -1 = not said. */
  classId: number;
  /** Share that can be seen, 0..1; -1 = not said. */
  visibility: number;
};

const MAX_ROWS = 5_000_000;

/** A line of text, without its end. */
export function formatRow({ frame, id, box, score, classId, visibility }: MotRow): string {
  const sides = box.map((side) => side.toFixed(2));
  return [frame, id, ...sides, score.toFixed(4), classId, visibility].join(',');
}

/**
 * Reads rows; empty lines and lines that begin with `#` are left out, missing columns at the end read 1, -1, -1.
 * Throws a RangeError that names the line and what is wrong with it.
 */
export function parseRows(text: string): MotRow[] {
  const rows: MotRow[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (rows.length >= MAX_ROWS) throw new RangeError(`more than ${MAX_ROWS} rows: split the file`);
    rows.push(parseRow(trimmed, index + 1));
  }
  return rows;
}

function parseRow(line: string, number: number): MotRow {
  const values = line.split(/[\s,;]+/).map(Number);
  const [frame = Number.NaN, id = Number.NaN, x, y, width, height, score = 1, classId = -1, visibility = -1] =
    values;
  const fail = (what: string) => new RangeError(`line ${number}: ${what}`);
  if (values.length < 6 || x === undefined || y === undefined || width === undefined || height === undefined)
    throw fail('needs at least frame,id,x,y,w,h');
  if (!values.every(Number.isFinite)) throw fail('every column must be a number');
  if (!Number.isInteger(frame) || frame < 1) throw fail(`frame is ${frame}: frames count from 1`);
  if (!Number.isInteger(id)) throw fail(`id is ${id}: give a whole number`);
  if (width <= 0 || height <= 0) throw fail('width and height must be greater than 0');
  return { frame, id, box: [x, y, width, height], score, classId, visibility };
}

/** Rows by frame, in the order of the file. */
export function byFrame(rows: readonly MotRow[]): Map<number, MotRow[]> {
  const frames = new Map<number, MotRow[]>();
  for (const row of rows) {
    const list = frames.get(row.frame);
    if (list) list.push(row);
    else frames.set(row.frame, [row]);
  }
  return frames;
}

/** Intersection over union of two boxes, 0..1. */
export function overlapOf(a: MotRow['box'], b: MotRow['box']): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a[2] * a[3] + b[2] * b[3] - shared);
}
