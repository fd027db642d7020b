import { at } from './aggregate.ts';
import type { AreaScore } from './area-tree.ts';
import type { IndexResult } from './compute.ts';
import { type Difference, decomposeScores, type ScoredNodes } from './decompose.ts';
import type { Framework } from './framework-schema.ts';
import { compileModel } from './model.ts';

/** One unit of one result of a table. */
export interface Occasion {
  result: IndexResult;
  unit: number;
}

/** One area of one result of a tree, with the framework that it was computed by. */
export interface AreaOccasion {
  framework: Framework;
  score: AreaScore;
}

/**
 * The exact parts of the difference between two units or two results of one.
 * @throws IndexError of kind `data` where a score is missing or the two hierarchies differ.
 */
export function decomposeDifference(from: Occasion, to: Occasion): Difference {
  return decomposeScores(scoresOfUnit(from), scoresOfUnit(to));
}

/**
 * The exact parts of the difference between two periods of an area, or between two areas; they add up to the change
 * within 1e-9. The frameworks may differ in weights and goalposts but not in their hierarchy.
 * @throws IndexError of kind `data` where a score is missing or the two hierarchies differ.
 */
export function decomposeAreas(from: AreaOccasion, to: AreaOccasion): Difference {
  return decomposeScores(scoresOfArea(from), scoresOfArea(to));
}

function scoresOfUnit({ result, unit }: Occasion): ScoredNodes {
  const deductions = new Map(result.deductions.map(({ code, taken }) => [code, taken[unit] ?? 0]));
  const all = [...deductions.values()].reduce((sum, points) => sum + points, 0);
  return {
    name: result.units[unit] ?? '',
    nodes: result.nodes,
    scoreOf: (id) => (at(result.nodes, id).scores[unit] ?? Number.NaN) + (id === 0 ? all : 0),
    deductions,
  };
}

function scoresOfArea({ framework, score }: AreaOccasion): ScoredNodes {
  const deductions = new Map(score.deductions.map(({ code, points }) => [code, points]));
  const { nodes } = compileModel(framework);
  return {
    name: score.area.code,
    nodes,
    scoreOf: (id) => score.nodeScores[id] ?? Number.NaN,
    deductions: score.score === null ? new Map() : deductions,
  };
}
