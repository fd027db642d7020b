import { IndexError } from './errors.ts';
import type { Indicator, Model } from './model.ts';
import { estimatePrior, groupPriors, type RatePrior, shrinkRates } from './shrinkage.ts';
import { columnOf, type DataTable } from './table.ts';

/**
 * The first step: raw column → rate per denominator, shrunk where the framework says so, then the indicator's own
 * logarithm. A denominator of 0 or less, below its minimum, or missing makes the value missing.
 * @throws IndexError of kind `data` where a count is negative or a logged value is not above 0.
 */
export function indicatorRates(model: Model, table: DataTable): Float64Array[] {
  const problems: string[] = [];
  const rates = model.indicators.map((indicator) => {
    const raw = columnOf(table, indicator.column);
    if (indicator.isCount)
      reportFirst(raw, (value) => value < 0, { indicator, table, problems, rule: 'is negative' });
    const rate = rateOf(indicator, raw, table);
    if (!indicator.log) return rate;
    reportFirst(rate, (value) => value <= 0, {
      indicator,
      table,
      problems,
      rule: 'is not above 0, as its logarithm needs',
    });
    return rate.map(Math.log);
  });
  if (problems.length > 0) throw new IndexError('data', problems);
  return rates;
}

function rateOf(indicator: Indicator, raw: Float64Array, table: DataTable): Float64Array {
  const { denominator } = indicator;
  if (denominator === null) return raw;
  const exposures = exposuresOf(denominator, table);
  const prior = priorFor(indicator, raw, table);
  if (prior !== null)
    return shrinkRates({ counts: raw, exposures }, prior).map((rate) => rate * denominator.per);
  return raw.map((value, unit) => {
    const exposure = exposures[unit] ?? Number.NaN;
    return exposure > 0 ? (value / exposure) * denominator.per : Number.NaN;
  });
}

/** The denominators, with 0 for those below the minimum, which count as missing everywhere. */
export function exposuresOf(
  { column, min }: NonNullable<Indicator['denominator']>,
  table: DataTable,
): Float64Array {
  const exposures = columnOf(table, column);
  return min > 0 ? exposures.map((exposure) => (exposure >= min ? exposure : 0)) : exposures;
}

/** The reference set of an indicator's shrinkage, or null where its rates are taken as they are. */
export function priorFor(
  indicator: Indicator,
  counts: Float64Array,
  table: DataTable,
): ((unit: number) => RatePrior) | null {
  if (indicator.shrinkage === 'none' || indicator.denominator === null) return null;
  const rates = { counts, exposures: exposuresOf(indicator.denominator, table) };
  if (indicator.shrinkage === 'group' && table.groups !== null) return groupPriors(rates, table.groups);
  const prior = estimatePrior(rates, counts.keys());
  return () => prior;
}

interface Finding {
  indicator: Indicator;
  table: DataTable;
  problems: string[];
  rule: string;
}

function reportFirst(
  values: Float64Array,
  isWrong: (value: number) => boolean,
  { indicator, table, problems, rule }: Finding,
): void {
  const unit = values.findIndex(isWrong);
  if (unit < 0) return;
  problems.push(
    `unit "${table.units[unit]}", indicator "${indicator.code}": ${values[unit]} ${rule}; correct the cell`,
  );
}
