import type { Picture } from '../pipeline.ts';

/** The luma of a picture as a coarse grid of mean values; `size` pixels make one cell's side, a rest at the edges is left out. */
export type CellGrid = { columns: number; rows: number; size: number; values: Float32Array };

/** An empty grid of at most `maxColumns` cells across for pictures of that size. Throws a RangeError for an empty picture. */
export function createCellGrid(picture: { width: number; height: number }, maxColumns: number): CellGrid {
  const { width, height } = picture;
  if (!(width >= 1 && height >= 1))
    throw new RangeError(`picture is ${width}×${height}; give it at least one pixel`);
  const size = Math.min(Math.ceil(width / maxColumns), width, height);
  const columns = Math.floor(width / size);
  const rows = Math.floor(height / size);
  return { columns, rows, size, values: new Float32Array(columns * rows) };
}

/** Fills the grid with the mean luma of each cell, 0..255 as coded. Throws a RangeError when the luma plane is short. */
export function measureCells(picture: Picture, grid: CellGrid): void {
  const { width, height, data } = picture;
  if (data.length < width * height)
    throw new RangeError(`picture has ${data.length} bytes; its luma plane alone needs ${width * height}`);
  const { columns, rows, size, values } = grid;
  const share = 1 / (size * size);
  values.fill(0);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    for (let line = row * size; line < (row + 1) * size; line++) {
      let pixel = line * width;
      for (let cell = first; cell < first + columns; cell++) {
        let sum = 0;
        for (const end = pixel + size; pixel < end; pixel++) sum += data[pixel] ?? 0;
        values[cell] = (values[cell] ?? 0) + sum * share;
      }
    }
  }
}
