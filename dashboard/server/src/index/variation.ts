import { at, nodeAt } from './aggregate.ts';
import type { Variation } from './evaluate.ts';
import type { Framework, ImputationMethod } from './framework-schema.ts';
import type { Indicator, Model, ResolvedNormalisation } from './model.ts';
import type { Random } from './random.ts';

type Sensitivity = NonNullable<Framework['sensitivity']>;
export type NormalisationChoice = NonNullable<Sensitivity['normalisations']>[number];
export type ImputationChoice = 'as-configured' | ImputationMethod;

/** What a Monte Carlo run may vary, with the defaults filled in. */
export interface SensitivityPlan {
  /** Each weight is multiplied by a uniform draw of 1 ± this share. */
  weightSpread: number;
  normalisations: readonly NormalisationChoice[];
  imputations: readonly ImputationChoice[];
  counts: 'gamma' | 'poisson' | 'fixed';
  interval: number;
}

export function resolvePlan({ sensitivity }: Framework): SensitivityPlan {
  return {
    weightSpread: sensitivity?.weightSpread ?? 0.25,
    normalisations: listOr(sensitivity?.normalisations, ['as-configured', 'min-max', 'percentile']),
    imputations: listOr(sensitivity?.imputations, ['as-configured', 'median']),
    counts: sensitivity?.counts ?? 'gamma',
    interval: sensitivity?.interval ?? 0.9,
  };
}

function listOr<T>(list: readonly T[] | undefined, fallback: readonly T[]): readonly T[] {
  return list === undefined || list.length === 0 ? fallback : list;
}

/** Weights of all nodes among their siblings, each times a draw from 1 ± spread, summing to 1 again. */
export function drawWeights(model: Model, spread: number, random: Random): Float64Array {
  return rescaleWeights(model, () => 1 - spread + 2 * spread * random.next());
}

/** The model's weights, each times a factor, brought back to a sum of 1 among siblings. */
export function rescaleWeights(model: Model, factorOf: (id: number) => number): Float64Array {
  const weights = new Float64Array(model.nodes.length).fill(1);
  for (const { children } of model.nodes) {
    let total = 0;
    for (const id of children) {
      weights[id] = nodeAt(model, id).weight * factorOf(id);
      total += weights[id] ?? 0;
    }
    if (total > 0) for (const id of children) weights[id] = (weights[id] ?? 0) / total;
  }
  return weights;
}

/**
 * Another normalisation on the configured range. Where a mean of the model needs values above 0, a range that
 * starts at 0 or below is raised by a hundredth of its span. A z-score spreads the range over ± 3 deviations.
 */
export function normalisationFor(
  model: Model,
  choice: NormalisationChoice,
): ((indicator: Indicator) => ResolvedNormalisation) | null {
  if (choice === 'as-configured') return null;
  const needsPositive = model.nodes.some(
    (node) => node.children.length > 0 && node.aggregation !== 'arithmetic',
  );
  return ({ normalisation }) => {
    const [low, high] = normalisation.range;
    const from = needsPositive && low <= 0 ? low + (high - low) / 100 : low;
    return {
      ...normalisation,
      method: choice,
      range: [from, high],
      mean: (low + high) / 2,
      sd: (high - low) / 6,
    };
  };
}

/** One draw of weights, normalisation and imputation together. */
export function drawVariation(model: Model, plan: SensitivityPlan, random: Random): Variation {
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
