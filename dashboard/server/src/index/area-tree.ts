import { aggregateTree, at } from './aggregate.ts';
import { type AreaDeduction, deductFromAreas } from './area-deductions.ts';
import { type AreaFacts, type Figures, readFigures } from './area-figures.ts';
import { type Area, type AreaTree, arrangeAreas } from './area-hierarchy.ts';
import { checkAreaModel, checkFacts } from './area-rules.ts';
import { bandOf } from './bands.ts';
import { contributionsOf } from './contributions.ts';
import { digestFramework } from './digest.ts';
import type { Band, Framework } from './framework-schema.ts';
import { compileModel, type Model } from './model.ts';
import { competitionRanks } from './statistics.ts';

export interface AreaTreeInput {
  framework: Framework;
  areas: readonly Area[];
  /** By area code, then by the code of an indicator or deduction. Facts belong to areas without children (grids). */
  facts: AreaFacts;
}

export interface AreaIndicatorScore {
  code: string;
  /** Sums over the area and all below it, for display as numerator / denominator; 0 / 0 where nothing is known. */
  numerator: number;
  denominator: number;
  /** On the common scale; null where unknown. */
  normalised: number | null;
  /** Share in the index by the framework. */
  weight: number;
  /** Points of the score that come from here; all add up to the score before deductions. Null where there is no score. */
  contribution: number | null;
}

export interface AreaScore {
  area: Area;
  /** After deductions. */
  score: number | null;
  reason: 'insufficient' | null;
  band: Band | null;
  /** Competition rank among the areas of the same level, 1 is best. */
  rank: number | null;
  /** Share of the indicators (by weight) that are known here. */
  dataShare: number;
  /** Share of the area (by people, else by number of grids) that lies in grids with a score. */
  areaShare: number;
  /** Of every node in the order of `AreaTreeResult.nodes`, the index before deductions. */
  nodeScores: (number | null)[];
  indicators: AreaIndicatorScore[];
  deductions: AreaDeduction[];
}

export interface AreaTreeResult {
  framework: { code: string; version: string; sha256: string };
  /** The hierarchy in preorder; the first is the index. `parent` is a position, −1 for the index. */
  nodes: { code: string; parent: number; weight: number }[];
  areas: AreaScore[];
}

/**
 * The index of every area of a tree. A grid's indicators are numerator ÷ denominator on fixed goalposts. A parent's
 * are the means of its children's, weighed by people (by number of grids where a population is missing) and never by
 * cameras: cameras added where the state is poor would otherwise pull the parent down though nothing got worse.
 * With `rollup: pool` they come from the sums of numerators and denominators instead, shrunk towards the areas of the
 * same level where the framework says so. Children without a score take no part in means; below
 * `rollup.minAreaShare` the parent has no score either. Deductions come off every level by its own points.
 * @throws IndexError of kind `framework` for a normalisation that compares areas, of kind `data` for broken areas or facts.
 */
export function computeAreaTree(input: AreaTreeInput): AreaTreeResult {
  const context = scoreAreas(input);
  const { model, state } = context;
  const { framework } = input;
  const deducted = deductFromAreas(context, at(state.scores, 0), input.facts);
  return {
    framework: { code: framework.code, version: framework.version, sha256: digestFramework(framework) },
    nodes: model.nodes.map(({ code, parent, weight }) => ({ code, parent, weight })),
    areas: rankLevels(
      input.areas.map((_, i) =>
        describeArea(i, context, { score: deducted.scores[i] ?? Number.NaN, taken: at(deducted.taken, i) }),
      ),
    ),
  };
}

/** Everything known of every area by its position, before deductions; NaN is no score. */
export interface AreaState {
  figures: Figures[];
  /** Per node of the model and area. */
  scores: Float64Array[];
  dataShares: Float64Array;
  areaShares: Float64Array;
}

export interface AreaContext {
  model: Model;
  tree: AreaTree;
  state: AreaState;
}

/** @throws IndexError as `computeAreaTree` does. */
export function scoreAreas({ framework, areas, facts }: AreaTreeInput): AreaContext {
  const model = compileModel(framework);
  checkAreaModel(model);
  const tree = arrangeAreas(areas);
  checkFacts(model, tree, facts);
  const state: AreaState = {
    figures: readFigures(model, tree, facts),
    scores: model.nodes.map(() => new Float64Array(areas.length).fill(Number.NaN)),
    dataShares: new Float64Array(areas.length),
    areaShares: new Float64Array(areas.length),
  };
  const context = { model, tree, state };
  for (const level of tree.bottomUp) scoreLevel(level, context);
  return context;
}

function scoreLevel(level: readonly number[], { model, tree, state }: AreaContext): void {
  for (const area of level) if (at(tree.children, area).length > 0) rollUp(area, { model, tree, state });
  const normalised = state.figures.map((figures) => pick(figures.normalised, level));
  const { scores, dataShares } = aggregateTree(model, {
    normalised,
    observed: normalised.map((column) => column.map((value) => (Number.isNaN(value) ? 0 : 1))),
    unitNames: level.map((area) => at(tree.areas, area).code),
  });
  const minAreaShare = model.framework.rollup?.minAreaShare ?? 0;
  level.forEach((area, i) => {
    state.dataShares[area] = at(dataShares, 0)[i] ?? 0;
    const isLeaf = at(tree.children, area).length === 0;
    const isScored = !Number.isNaN(at(scores, 0)[i]);
    if (isLeaf) state.areaShares[area] = isScored ? 1 : 0;
    if ((state.areaShares[area] ?? 0) + 1e-12 < minAreaShare) return;
    scores.forEach((column, node) => {
      at(state.scores, node)[area] = column[i] ?? Number.NaN;
    });
  });
}

function pick(column: Float64Array, positions: readonly number[]): Float64Array {
  const picked = new Float64Array(positions.length);
  for (let i = 0; i < picked.length; i += 1) picked[i] = column[positions[i] ?? -1] ?? Number.NaN;
  return picked;
}

function rollUp(area: number, { tree, state }: AreaContext): void {
  const children = at(tree.children, area);
  const weightOf = (child: number) => tree.weights[child] ?? 0;
  const index = at(state.scores, 0);
  const scored = children.filter((child) => !Number.isNaN(index[child]));
  const total = children.reduce((sum, child) => sum + weightOf(child), 0);
  const covered = scored.reduce((sum, child) => sum + weightOf(child) * (state.areaShares[child] ?? 0), 0);
  state.areaShares[area] = total === 0 ? 0 : covered / total;
  state.figures.forEach(({ indicator, normalised }) => {
    if (indicator.rollup === 'mean') normalised[area] = meanOver(scored, normalised, weightOf);
  });
}

/** The weighted mean of a column over the areas that have a value; NaN where none has. */
export function meanOver(
  areas: readonly number[],
  column: Float64Array,
  weightOf: (area: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const area of areas) {
    const value = column[area] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += weightOf(area) * value;
    total += weightOf(area);
  }
  return total === 0 ? Number.NaN : sum / total;
}

function describeArea(
  index: number,
  { model, tree, state }: AreaContext,
  { score, taken }: { score: number; taken: AreaDeduction[] },
): AreaScore {
  const nodeScores: (number | null)[] = [];
  for (const column of state.scores) nodeScores.push(nullable(column[index]));
  const contributions = contributionsOf(model.nodes, (node) => nodeScores[node] ?? Number.NaN);
  return {
    area: at(tree.areas, index),
    score: nullable(score),
    reason: Number.isNaN(score) ? 'insufficient' : null,
    band: bandOf(score, model.framework.bands ?? []),
    rank: null,
    dataShare: state.dataShares[index] ?? 0,
    areaShare: state.areaShares[index] ?? 0,
    nodeScores,
    indicators: state.figures.map(({ indicator, weight, numerators, denominators, normalised }, i) => ({
      code: indicator.code,
      numerator: numerators[index] ?? 0,
      denominator: denominators[index] ?? 0,
      normalised: nullable(normalised[index]),
      weight,
      contribution: nullable(contributions[i]),
    })),
    deductions: taken,
  };
}

function nullable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function rankLevels(scores: AreaScore[]): AreaScore[] {
  for (const peers of Map.groupBy(scores, ({ area }) => area.level).values()) {
    const ranks = competitionRanks(Float64Array.from(peers, ({ score }) => score ?? Number.NaN));
    peers.forEach((peer, i) => {
      peer.rank = ranks[i] || null;
    });
  }
  return scores;
}
