import { aggregateTree, at } from './aggregate.ts';
import { deductFromAreas } from './area-deductions.ts';
import { type ColumnDrawer, columnDrawer } from './area-draws.ts';
import { type AreaContext, type AreaTreeInput, scoreAreas } from './area-tree.ts';
import { digestFramework } from './digest.ts';
import { IndexError } from './errors.ts';
import type { Variation } from './evaluate.ts';
import { impute } from './impute.ts';
import type { Indicator } from './model.ts';
import { normalise } from './normalise.ts';
import { createRandom } from './random.ts';
import { type RankCertainty, RankDraws, rankCertainties } from './rank-certainty.ts';
import { drawVariation, resolvePlan, type SensitivityPlan } from './variation.ts';

export interface LevelSensitivityInput extends AreaTreeInput {
  /** The areas compared, for example "community". */
  level: string;
  runs: number;
  seed: number;
}

export interface LevelSensitivityResult {
  framework: { code: string; version: string; sha256: string };
  level: string;
  runs: number;
  seed: number;
  plan: SensitivityPlan;
  /** Areas that have a score, from the best rank to the last; `unit` is the area's code. */
  areas: RankCertainty[];
}

/**
 * How certain the ranks of one level of an area tree are: Monte Carlo over weights, counts (see `columnDrawer`), and,
 * where the framework lists them, other normalisations and imputations among the areas compared. Deductions
 * and what is missing stay as they are.
 * @throws IndexError as `computeAreaTree` does, and of kind `data` for a level that no area has.
 */
export function analyseAreaLevel(input: LevelSensitivityInput): LevelSensitivityResult {
  const { framework, level, runs, seed } = input;
  const context = scoreAreas(input);
  const peers = peersAt(level, context);
  const deducted = deductFromAreas(context, at(context.state.scores, 0), input.facts);
  const plan = resolvePlan(framework);
  const random = createRandom(seed);
  const drawers = context.state.figures.map((figures) =>
    columnDrawer(figures, { context, peers, counts: plan.counts, random }),
  );
  const scoreRun = runScorer(context, peers, drawers);
  const points = peers.map((area) => at(deducted.taken, area).reduce((sum, own) => sum + own.points, 0));
  const floor = framework.scoreFloor ?? 0;
  const draws = new RankDraws(peers.length, runs);
  for (let run = 0; run < runs; run += 1) {
    const scores = scoreRun(drawVariation(context.model, plan, random), (draw) => draw(random));
    draws.add(
      run,
      scores.map((score, i) => Math.max(score - (points[i] ?? 0), Math.min(score, floor))),
    );
  }
  const baseline = {
    units: peers.map((area) => at(context.tree.areas, area).code),
    scores: Float64Array.from(peers, (area) => deducted.scores[area] ?? Number.NaN),
  };
  return {
    framework: { code: framework.code, version: framework.version, sha256: digestFramework(framework) },
    level,
    runs,
    seed,
    plan,
    areas: rankCertainties(baseline, draws, plan.interval),
  };
}

function peersAt(level: string, { tree, state }: AreaContext): number[] {
  const own = [...tree.areas.keys()].filter((area) => at(tree.areas, area).level === level);
  if (own.length === 0) {
    const levels = [...new Set(tree.areas.map((area) => area.level))].join(', ');
    throw new IndexError('data', [`no area is a "${level}"; there are ${levels}`]);
  }
  return own.filter((area) => !Number.isNaN(at(state.scores, 0)[area]));
}

type RunScorer = (variation: Variation, draw: (drawer: ColumnDrawer) => Float64Array) => Float64Array;

function runScorer(
  { model, tree, state }: AreaContext,
  peers: readonly number[],
  drawers: readonly (ColumnDrawer | null)[],
): RunScorer {
  const configured = state.figures.map(({ normalised }) =>
    Float64Array.from(peers, (area) => normalised[area] ?? Number.NaN),
  );
  const observed = configured.map((column) => column.map((value) => (Number.isNaN(value) ? 0 : 1)));
  const unitNames = peers.map((area) => at(tree.areas, area).code);
  const remembered = new Map<string, Float64Array>();
  const fixedColumn = (indicator: Indicator, i: number, variation: Variation) => {
    const key = `${i} ${variation.imputation} ${variation.normalisation?.(indicator).method}`;
    const column = remembered.get(key) ?? vary(at(configured, i), indicator, variation);
    remembered.set(key, column);
    return column;
  };
  return (variation, draw) => {
    const normalised = model.indicators.map((indicator, i) => {
      const drawer = drawers[i] ?? null;
      return drawer === null
        ? fixedColumn(indicator, i, variation)
        : vary(draw(drawer), indicator, variation);
    });
    const weights = variation.weights ? { weights: variation.weights } : {};
    return at(aggregateTree(model, { normalised, observed, unitNames, ...weights }).scores, 0);
  };
}

/** Columns are on the common scale already, where more is better: another normalisation starts from there. */
function vary(column: Float64Array, indicator: Indicator, variation: Variation): Float64Array {
  const normalisation = variation.normalisation?.(indicator);
  const scaled = normalisation
    ? normalise(column, { ...indicator, direction: 1, log: false, normalisation })
    : column;
  const method = variation.imputation ?? 'none';
  return impute(
    scaled,
    method === 'group-mean' ? 'mean' : method === 'group-median' ? 'median' : method,
    null,
  );
}
