import { aggregateTree, at, type TreeScores } from './aggregate.ts';
import type { ImputationMethod } from './framework-schema.ts';
import { impute } from './impute.ts';
import type { Indicator, Model, ResolvedNormalisation } from './model.ts';
import { normalise } from './normalise.ts';
import { type TreatmentRecord, treat } from './treat.ts';

/** What happened to one indicator on its way to the common scale. */
export interface IndicatorTrace {
  treated: Float64Array;
  normalised: Float64Array;
  observed: Uint8Array;
  treatment: TreatmentRecord;
}

export interface Evaluation extends TreeScores {
  traces: IndicatorTrace[];
}

/** Departures from the framework, for sensitivity analysis. */
export interface Variation {
  weights?: Float64Array;
  normalisation?: (indicator: Indicator) => ResolvedNormalisation;
  imputation?: ImputationMethod;
}

export interface EvaluationInput {
  /** One column per indicator after denominators, shrinkage and the indicator's own logarithm. */
  rates: readonly Float64Array[];
  groups: readonly string[] | null;
  unitNames: readonly string[];
}

/**
 * From rates to scores, in this order: impute (stage before-treatment) → treat → impute (after-treatment) →
 * direction → normalise → impute (after-normalisation) → aggregate. Pure: the same input gives the same output.
 */
export function evaluate(model: Model, input: EvaluationInput, variation: Variation = {}): Evaluation {
  const traces = model.indicators.map((indicator, i) =>
    prepare(at(input.rates, i), indicator, { input, variation }),
  );
  const tree = aggregateTree(model, {
    normalised: traces.map((trace) => trace.normalised),
    observed: traces.map((trace) => trace.observed),
    unitNames: input.unitNames,
    ...(variation.weights ? { weights: variation.weights } : {}),
  });
  return { ...tree, traces };
}

interface Setting {
  input: EvaluationInput;
  variation: Variation;
}

function prepare(rates: Float64Array, indicator: Indicator, { input, variation }: Setting): IndicatorTrace {
  const { stage } = indicator.imputation;
  const method = variation.imputation ?? indicator.imputation.method;
  const fill = (values: Float64Array, here: typeof stage) =>
    stage === here ? impute(values, method, input.groups) : values;
  const normalisation = variation.normalisation?.(indicator) ?? indicator.normalisation;

  const { values, record } = treat(fill(rates, 'before-treatment'), indicator.treatment);
  const treated = fill(values, 'after-treatment');
  const normalised = fill(normalise(treated, { ...indicator, normalisation }), 'after-normalisation');
  return {
    treated,
    normalised,
    observed: Uint8Array.from(rates, (rate) => (Number.isNaN(rate) ? 0 : 1)),
    treatment: record,
  };
}
