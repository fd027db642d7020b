/** Rows of hexagons that fill a box of a given shape. Pure; units of the drawing. */
export const RADIUS = 30;
/** Flat to flat. */
export const WIDTH = Math.sqrt(3) * RADIUS;
const STEP_Y = 1.5 * RADIUS;

export type Comb = { width: number; height: number; cells: { x: number; y: number }[] };

/** Centres of `count` hexagons in rows, every other row shifted by half a cell; `aspect` = width / height wanted. */
export function combPlan(count: number, aspect: number): Comb {
  const columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * aspect * STEP_Y) / WIDTH))));
  const rows = Math.max(1, Math.ceil(count / columns));
  const cells = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const shift = row % 2 === 1 ? WIDTH / 2 : 0;
    return { x: WIDTH / 2 + shift + (index % columns) * WIDTH, y: RADIUS + row * STEP_Y };
  });
  return {
    width: columns * WIDTH + (rows > 1 ? WIDTH / 2 : 0),
    height: 2 * RADIUS + (rows - 1) * STEP_Y,
    cells,
  };
}
