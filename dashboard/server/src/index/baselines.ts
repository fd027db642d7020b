import { type Period, periodOf, previousPeriod, samePeriod } from './periods.ts';

/** A figure set against another. */
export interface Comparison {
  base: number;
  change: number;
  /** Change ÷ |base| × 100; null where the base is 0. */
  percent: number | null;
}

export interface PastYears extends Comparison {
  /** Periods that had a figure; `base` is their mean. */
  periods: string[];
  min: number;
  max: number;
  /** Deviations of the figure from the mean, by the sample's standard deviation; null below three years or without spread. */
  deviations: number | null;
}

export interface Baselines {
  period: Period;
  value: number | null;
  /** Against the period just before: 环比. */
  previous: Comparison | null;
  /** Against the same period of last year: 同比. */
  yearAgo: Comparison | null;
  /** Against the mean of the same period in past years (历年同期). */
  pastYears: PastYears | null;
}

export interface BaselineOptions {
  /** How many past years to look at. */
  years: number;
  /** Fewer known years give no mean. */
  minYears: number;
}

/**
 * One figure (a score, or a rate) against the period before, the year before, and the same period of past years.
 * A side that is unknown gives no comparison, never a change from 0. Rates are compared, never counts, so that
 * a month of 31 days does not look worse than one of 28.
 * @param code a period as `periodOf` reads it.
 * @param figureOf the figure of a period; null or NaN where there is none.
 * @throws IndexError of kind `data` for what is no period.
 */
export function compareWithBaselines(
  code: string,
  figureOf: (period: string) => number | null,
  { years, minYears }: BaselineOptions = { years: 3, minYears: 2 },
): Baselines {
  const period = periodOf(code);
  const valueAt = (place: Period) => {
    const value = figureOf(place.code);
    return value === null || Number.isNaN(value) ? null : value;
  };
  const value = valueAt(period);
  const past = Array.from({ length: years }, (_, i) => samePeriod(period, i + 1));
  const known = past.flatMap((place) => {
    const base = valueAt(place);
    return base === null ? [] : [{ code: place.code, base }];
  });
  return {
    period,
    value,
    previous: compare(value, valueAt(previousPeriod(period))),
    yearAgo: compare(value, valueAt(samePeriod(period, 1))),
    pastYears: known.length < Math.max(1, minYears) ? null : comparePast(value, known),
  };
}

/** Null where either side is unknown. */
export function compare(value: number | null, base: number | null): Comparison | null {
  if (value === null || base === null) return null;
  const change = value - base;
  return { base, change, percent: base === 0 ? null : (change / Math.abs(base)) * 100 };
}

function comparePast(
  value: number | null,
  known: readonly { code: string; base: number }[],
): PastYears | null {
  const bases = known.map(({ base }) => base);
  const mean = bases.reduce((sum, base) => sum + base, 0) / bases.length;
  const comparison = compare(value, mean);
  if (comparison === null) return null;
  const sd = Math.sqrt(bases.reduce((sum, base) => sum + (base - mean) ** 2, 0) / (bases.length - 1));
  return {
    ...comparison,
    periods: known.map((place) => place.code),
    min: Math.min(...bases),
    max: Math.max(...bases),
    deviations: bases.length >= 3 && sd > 0 ? comparison.change / sd : null,
  };
}
