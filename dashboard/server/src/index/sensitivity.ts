import { at } from './aggregate.ts';
import { type Provenance, provenanceOf } from './compute.ts';
import { deduct } from './deductions.ts';
import { type EvaluationInput, evaluate, type TraceMemo, type Variation } from './evaluate.ts';
import type { Framework } from './framework-schema.ts';
import { compileModel, type Indicator, type Model } from './model.ts';
import { createRandom, type Random } from './random.ts';
import { type RankCertainty, RankDraws, rankCertainties } from './rank-certainty.ts';
import { exposuresOf, indicatorRates, priorFor } from './rates.ts';
import { ratePosterior } from './shrinkage.ts';
import { checkTable, columnOf, type DataTable } from './table.ts';
import { drawVariation, resolvePlan, type SensitivityPlan } from './variation.ts';

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
  const draws = new RankDraws(table.units.length, runs);
  for (let run = 0; run < runs; run += 1) {
    const variation = drawVariation(baseline.model, plan, random);
    const drawn = indexScores(baseline, { ...baseline.input, memo, rates: drawCounts(random) }, variation);
    draws.add(run, drawn);
  }
  const units = rankCertainties({ units: table.units, scores: baseline.scores }, draws, plan.interval);
  return {
    provenance: provenanceOf(baseline.model, table, request.softwareVersion),
    runs,
    seed,
    plan,
    units,
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
  const exposures = indicator.denominator ? exposuresOf(indicator.denominator, table) : counts.map(() => 1);
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
