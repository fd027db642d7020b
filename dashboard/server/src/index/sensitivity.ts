import { at } from './aggregate.ts';
import { type Provenance, provenanceOf } from './compute.ts';
import { deduct } from './deductions.ts';
import { type EvaluationInput, evaluate, type TraceMemo, type Variation } from './evaluate.ts';
import type { Framework } from './framework-schema.ts';
import { compileModel, type Indicator, type Model } from './model.ts';
import { createRandom, type Random } from './random.ts';
import { indicatorRates, priorFor } from './rates.ts';
import { ratePosterior } from './shrinkage.ts';
import { competitionRanks } from './statistics.ts';
import { checkTable, columnOf, type DataTable } from './table.ts';
import { drawWeights, normalisationFor, resolvePlan, type SensitivityPlan } from './variation.ts';

/** How certain one unit's place is. Ranks run from 1, the best. `tieGroup` is 1 for the leading group. */
export interface RankCertainty {
  unit: string;
  score: number;
  rank: number;
  rankLow: number;
  rankMedian: number;
  rankHigh: number;
  scoreLow: number;
  scoreHigh: number;
  tieGroup: number;
}

export interface SensitivityResult {
  provenance: Provenance;
  runs: number;
  seed: number;
  plan: SensitivityPlan;
  /** Units that have a score, from the best rank to the last. */
  units: RankCertainty[];
}

export interface SensitivityInput {
  framework: Framework;
  table: DataTable;
  softwareVersion: string;
  runs: number;
  seed: number;
}

/** A baseline from which variations are computed: the model, its data and the scores as configured. */
export interface Baseline {
  model: Model;
  table: DataTable;
  input: EvaluationInput;
  scores: Float64Array;
}

export function prepareBaseline(framework: Framework, table: DataTable): Baseline {
  const model = compileModel(framework);
  checkTable(model, table);
  const input = { rates: indicatorRates(model, table), groups: table.groups, unitNames: table.units };
  return { model, table, input, scores: indexScores({ model, table }, input) };
}

/** The index after deductions under a variation of the framework. */
export function indexScores(
  { model, table }: Pick<Baseline, 'model' | 'table'>,
  input: EvaluationInput,
  variation?: Variation,
): Float64Array {
  return deduct(model, table, at(evaluate(model, input, variation).scores, 0)).scores;
}

/**
 * Monte Carlo over weights, normalisation, imputation and counts (Saisana, Saltelli and Tarantola 2005). Each
 * run draws all of them at once; a unit's interval holds the middle `interval` share of its ranks. A count is drawn
 * from the Gamma posterior of its rate, or as a Poisson number around itself, as the framework says.
 * @throws IndexError of kind `data` or `arithmetic`.
 */
export function analyseSensitivity(request: SensitivityInput): SensitivityResult {
  const { framework, table, runs, seed } = request;
  const baseline = prepareBaseline(framework, table);
  const plan = resolvePlan(framework);
  const random = createRandom(seed);
  const drawCounts = countDrawer(baseline, plan);
  const memo: TraceMemo = new Map(baseline.input.rates.map((rates) => [rates, new Map()]));
  const size = table.units.length;
  const ranks = new Float64Array(size * runs);
  const scores = new Float64Array(size * runs);
  for (let run = 0; run < runs; run += 1) {
    const variation = drawVariation(baseline.model, plan, random);
    const drawn = indexScores(baseline, { ...baseline.input, memo, rates: drawCounts(random) }, variation);
    const drawnRanks = competitionRanks(drawn);
    for (let unit = 0; unit < size; unit += 1) {
      ranks[unit * runs + run] = drawnRanks[unit] ?? 0;
      scores[unit * runs + run] = drawn[unit] ?? Number.NaN;
    }
  }
  const units = summarise(baseline, { ranks, scores, runs, interval: plan.interval });
  return {
    provenance: provenanceOf(baseline.model, table, request.softwareVersion),
    runs,
    seed,
    plan,
    units,
  };
}

function drawVariation(model: Model, plan: SensitivityPlan, random: Random): Variation {
  const normalisation = normalisationFor(
    model,
    at(plan.normalisations, random.below(plan.normalisations.length)),
  );
  const imputation = at(plan.imputations, random.below(plan.imputations.length));
  return {
    weights: drawWeights(model, plan.weightSpread, random),
    ...(normalisation ? { normalisation } : {}),
    ...(imputation === 'as-configured' ? {} : { imputation }),
  };
}

/** Draws the rates of count indicators; all others stay as they are. */
function countDrawer(
  { model, table, input }: Baseline,
  plan: SensitivityPlan,
): (random: Random) => Float64Array[] {
  const drawers = model.indicators.map((indicator, i) => {
    const rates = at(input.rates, i);
    return indicator.isCount && plan.counts !== 'fixed'
      ? rateDrawer(indicator, { table, rates, plan })
      : () => rates;
  });
  return (random) => drawers.map((draw) => draw(random));
}

interface CountSetting {
  table: DataTable;
  rates: Float64Array;
  plan: SensitivityPlan;
}

function rateDrawer(
  indicator: Indicator,
  { table, rates, plan }: CountSetting,
): (random: Random) => Float64Array {
  const counts = columnOf(table, indicator.column);
  const exposures = indicator.denominator
    ? columnOf(table, indicator.denominator.column)
    : counts.map(() => 1);
  const per = indicator.denominator?.per ?? 1;
  const prior = priorFor(indicator, counts, table);
  const posteriors = Array.from(counts, (count, unit) =>
    ratePosterior(count, exposures[unit] ?? Number.NaN, prior?.(unit) ?? null),
  );
  return (random) =>
    rates.map((rate, unit) => {
      if (Number.isNaN(rate)) return rate;
      const { shape, rate: scale } = at(posteriors, unit);
      const count = counts[unit] ?? 0;
      const drawn =
        plan.counts === 'gamma'
          ? random.gamma(shape) / scale
          : random.poisson(count) / (exposures[unit] ?? 1);
      return indicator.log ? Math.log(Math.max(drawn * per, Number.MIN_VALUE)) : drawn * per;
    });
}

interface Draws {
  ranks: Float64Array;
  scores: Float64Array;
  runs: number;
  interval: number;
}

function summarise({ table, scores }: Baseline, draws: Draws): RankCertainty[] {
  const ranks = competitionRanks(scores);
  const tail = (1 - draws.interval) / 2;
  const rows = table.units.flatMap((unit, i) => {
    const score = scores[i] ?? Number.NaN;
    if (Number.isNaN(score)) return [];
    const own = { start: i * draws.runs, end: (i + 1) * draws.runs };
    const ownRanks = draws.ranks
      .slice(own.start, own.end)
      .filter((rank) => rank > 0)
      .sort();
    const ownScores = draws.scores
      .slice(own.start, own.end)
      .filter((drawn) => !Number.isNaN(drawn))
      .sort();
    return [
      {
        unit,
        score,
        rank: ranks[i] ?? 0,
        rankLow: Math.floor(quantile(ownRanks, tail)),
        rankMedian: quantile(ownRanks, 0.5),
        rankHigh: Math.ceil(quantile(ownRanks, 1 - tail)),
        scoreLow: quantile(ownScores, tail),
        scoreHigh: quantile(ownScores, 1 - tail),
        tieGroup: 0,
      },
    ];
  });
  rows.sort((a, b) => a.rank - b.rank);
  return groupTies(rows);
}

/**
 * Groups units that cannot be told apart: from the top, a group takes every next unit whose interval of ranks
 * overlaps that of the group's first unit.
 */
function groupTies(rows: readonly RankCertainty[]): RankCertainty[] {
  let tieGroup = 0;
  let leaderHigh = Number.NEGATIVE_INFINITY;
  return rows.map((row) => {
    if (row.rankLow > leaderHigh) {
      tieGroup += 1;
      leaderHigh = row.rankHigh;
    }
    return { ...row, tieGroup };
  });
}

/** Linear interpolation between order statistics (Hyndman and Fan, type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
