/** A honeycomb for the schematic picture of grids. Pure; units of the drawing. */
export const HEX_RADIUS = 30;
const STEP_X = Math.sqrt(3) * HEX_RADIUS;
const STEP_Y = 1.5 * HEX_RADIUS;
const GROUP_GAP = 22;

export type Cell = { x: number; y: number };
export type GroupPlan = { x: number; width: number; cells: Cell[] };
export type HoneycombPlan = { width: number; height: number; groups: GroupPlan[] };

const round = (value: number): number => Math.round(value * 100) / 100;

/** Corners of a hexagon that stands on a corner. */
export const hexPoints = ({ x, y }: Cell, radius = HEX_RADIUS): string =>
  Array.from({ length: 6 }, (_, corner) => {
    const angle = (Math.PI / 3) * corner - Math.PI / 2;
    return `${round(x + radius * Math.cos(angle))},${round(y + radius * Math.sin(angle))}`;
  }).join(' ');

/** Sets groups side by side, each as a comb of two rows: column after column, upper cell first. */
export function honeycomb(groupSizes: readonly number[]): HoneycombPlan {
  let left = 0;
  const groups = groupSizes.map((size): GroupPlan => {
    const columns = Math.ceil(size / 2);
    const width = columns * STEP_X + (size > 1 ? STEP_X / 2 : 0);
    const cells = Array.from({ length: size }, (_, index) => {
      const row = index % 2;
      const column = Math.floor(index / 2);
      return {
        x: left + STEP_X / 2 + column * STEP_X + (row === 1 ? STEP_X / 2 : 0),
        y: HEX_RADIUS + row * STEP_Y,
      };
    });
    const plan = { x: left, width, cells };
    left += width + GROUP_GAP;
    return plan;
  });
  return { width: Math.max(1, left - GROUP_GAP), height: 2 * HEX_RADIUS + STEP_Y, groups };
}
