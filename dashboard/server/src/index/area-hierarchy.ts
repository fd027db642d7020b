import { at } from './aggregate.ts';
import { IndexError } from './errors.ts';

export interface Area {
  code: string;
  parent: string | null;
  level: string;
  nameZh: string;
  nameEn: string;
  /** People who live or stay there. Where all areas without children have it, parents weigh by people. */
  population?: number;
}

/** Areas with their children, and levels from the deepest to the root. */
export interface AreaTree {
  areas: readonly Area[];
  indexOf: ReadonlyMap<string, number>;
  children: readonly number[][];
  /** Position of each area's parent; −1 for none. */
  parents: Int32Array;
  bottomUp: readonly number[][];
  /** People, or number of areas without children where a population is missing anywhere. */
  weights: Float64Array;
}

/** @throws IndexError of kind `data` for codes there twice, unknown parents, and circles. */
export function arrangeAreas(areas: readonly Area[]): AreaTree {
  const indexOf = new Map(areas.map(({ code }, i) => [code, i]));
  const problems = areas.flatMap(({ code, parent, population }, i) => [
    ...(indexOf.get(code) === i ? [] : [`area "${code}" is there twice`]),
    ...(parent === null || indexOf.has(parent)
      ? []
      : [`area "${code}": its parent "${parent}" is not there`]),
    ...(population === undefined || population >= 0 ? [] : [`area "${code}": its population is negative`]),
  ]);
  if (problems.length > 0) throw new IndexError('data', problems);

  const children: number[][] = areas.map(() => []);
  areas.forEach(({ parent }, i) => {
    if (parent !== null) at(children, indexOf.get(parent) ?? -1).push(i);
  });
  const topDown: number[][] = [];
  let level = areas.flatMap(({ parent }, i) => (parent === null ? [i] : []));
  let reached = 0;
  while (level.length > 0) {
    topDown.push(level);
    reached += level.length;
    level = level.flatMap((area) => at(children, area));
  }
  if (reached !== areas.length)
    throw new IndexError('data', [
      'some areas are parents of each other in a circle; one must have no parent',
    ]);
  const bottomUp = topDown.reverse();
  const parents = Int32Array.from(areas, ({ parent }) =>
    parent === null ? -1 : (indexOf.get(parent) ?? -1),
  );
  return { areas, indexOf, children, parents, bottomUp, weights: weigh(areas, children, bottomUp) };
}

/** Adds every area's figure to its parent's, from the deepest level upwards. */
export function sumUp(column: Float64Array, { bottomUp, parents }: AreaTree): void {
  for (const level of bottomUp)
    for (const area of level) {
      const parent = parents[area] ?? -1;
      if (parent >= 0) column[parent] = (column[parent] ?? 0) + (column[area] ?? 0);
    }
}

function weigh(
  areas: readonly Area[],
  children: readonly number[][],
  bottomUp: readonly number[][],
): Float64Array {
  const weights = new Float64Array(areas.length);
  const leaves = areas.filter((_, i) => at(children, i).length === 0);
  const byPeople = leaves.every(({ population }) => population !== undefined && population > 0);
  for (const area of bottomUp.flat()) {
    const below = at(children, area);
    const own = byPeople ? (at(areas, area).population ?? 0) : 1;
    weights[area] = below.length === 0 ? own : below.reduce((sum, child) => sum + (weights[child] ?? 0), 0);
  }
  return weights;
}
