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
  /** Remembers what became of the columns registered in it, over many variations of the same rates. */
  memo?: TraceMemo;
}

/** Per column of rates, its traces by indicator and variation. Only columns registered beforehand are remembered. */
export type TraceMemo = ReadonlyMap<Float64Array, Map<string, IndicatorTrace>>;

/**
 * From rates to scores, in this order: impute (stage before-treatment) → treat → impute (after-treatment) →
 * direction → normalise → impute (after-normalisation) → aggregate. Pure: the same input gives the same output.
 */
export function evaluate(model: Model, input: EvaluationInput, variation: Variation = {}): Evaluation {
  const traces = model.indicators.map((indicator, i) =>
    recall(at(input.rates, i), indicator, { input, variation }),
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

function recall(rates: Float64Array, own: Indicator, { input, variation }: Setting): IndicatorTrace {
  const indicator = {
    ...own,
    imputation: { ...own.imputation, method: variation.imputation ?? own.imputation.method },
    normalisation: variation.normalisation?.(own) ?? own.normalisation,
  };
  const remembered = input.memo?.get(rates);
  if (remembered === undefined) return prepare(rates, indicator, input.groups);
  const key = `${own.code} ${indicator.imputation.method} ${JSON.stringify(indicator.normalisation)}`;
  const trace = remembered.get(key) ?? prepare(rates, indicator, input.groups);
  remembered.set(key, trace);
  return trace;
}

function prepare(
  rates: Float64Array,
  indicator: Indicator,
  groups: EvaluationInput['groups'],
): IndicatorTrace {
  const { method, stage } = indicator.imputation;
  const fill = (values: Float64Array, here: typeof stage) =>
    stage === here ? impute(values, method, groups) : values;

  const { values, record } = treat(fill(rates, 'before-treatment'), indicator.treatment);
  const treated = fill(values, 'after-treatment');
  const normalised = fill(normalise(treated, indicator), 'after-normalisation');
  return {
    treated,
    normalised,
    observed: Uint8Array.from(rates, (rate) => (Number.isNaN(rate) ? 0 : 1)),
    treatment: record,
  };
}
