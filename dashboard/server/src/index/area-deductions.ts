import { at } from './aggregate.ts';
import type { AreaFacts } from './area-figures.ts';
import { type AreaTree, sumUp } from './area-hierarchy.ts';
import { shareUnderFloor } from './deductions.ts';
import type { Model } from './model.ts';

/** What a deduction did to one area: `count` cases in it and all below it took `points` off the index. */
export interface AreaDeduction {
  code: string;
  count: number;
  points: number;
}

/**
 * Takes deductions off the index of every area. A grid's count is the numerator of its fact; a parent's is the sum
 * below it, grids without a score included. Points per case are those of the area's level where the framework names
 * it, so that one death weighs in a grid and does not sink a district. An area without a score loses nothing.
 */
export function deductFromAreas(
  { model, tree }: { model: Model; tree: AreaTree },
  aggregated: Float64Array,
  facts: AreaFacts,
): { scores: Float64Array; taken: AreaDeduction[][] } {
  const rules = model.framework.deductions ?? [];
  const floor = model.framework.scoreFloor ?? 0;
  const counts = rules.map(({ code }) => countUp(code, tree, facts));
  const taken: AreaDeduction[][] = tree.areas.map(() => []);
  const scores = aggregated.map((score, area) => {
    const wanted = rules.map(({ points, max, levels }, i) => {
      const perCase = levels?.[at(tree.areas, area).level] ?? points;
      return Math.min(max ?? Number.POSITIVE_INFINITY, (at(counts, i)[area] ?? 0) * perCase);
    });
    const allowed = shareUnderFloor(score, wanted, floor);
    taken[area] = rules.map(({ code }, i) => ({
      code,
      count: at(counts, i)[area] ?? 0,
      points: allowed[i] ?? 0,
    }));
    return score - allowed.reduce((sum, points) => sum + points, 0);
  });
  return { scores, taken };
}

function countUp(code: string, tree: AreaTree, facts: AreaFacts): Float64Array {
  const counts = Float64Array.from(tree.areas, (area) => facts[area.code]?.[code]?.numerator ?? 0);
  sumUp(counts, tree);
  return counts;
}
