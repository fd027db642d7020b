/** A honeycomb for the schematic picture of grids. Pure; units of the drawing. */
export const HEX_RADIUS = 30;
/** Flat to flat: the distance between neighbours in a row. */
export const HEX_WIDTH = Math.sqrt(3) * HEX_RADIUS;
const STEP_Y = 1.5 * HEX_RADIUS;
const GROUP_GAP = 14;

export type Cell = { x: number; y: number };
export type GroupPlan = { x: number; width: number; cells: Cell[] };
export type HoneycombPlan = { width: number; height: number; groups: GroupPlan[] };

/** Sets groups side by side, each as a comb of two rows: column after column, upper cell first. */
export function honeycomb(groupSizes: readonly number[]): HoneycombPlan {
  let left = 0;
  const groups = groupSizes.map((size): GroupPlan => {
    const columns = Math.ceil(size / 2);
    const width = columns * HEX_WIDTH + (size > 1 ? HEX_WIDTH / 2 : 0);
    const cells = Array.from({ length: size }, (_, index) => {
      const row = index % 2;
      const column = Math.floor(index / 2);
      return {
        x: left + HEX_WIDTH / 2 + column * HEX_WIDTH + (row === 1 ? HEX_WIDTH / 2 : 0),
        y: HEX_RADIUS + row * STEP_Y,
      };
    });
    const plan = { x: left, width, cells };
    left += width + GROUP_GAP;
    return plan;
  });
  return { width: Math.max(1, left - GROUP_GAP), height: 2 * HEX_RADIUS + STEP_Y, groups };
}
