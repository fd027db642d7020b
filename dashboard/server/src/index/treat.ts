import type { ResolvedTreatment } from './model.ts';
import { ascendingOrder, excessKurtosis, extent, skewness } from './statistics.ts';

export interface TreatmentRecord {
  skewBefore: number;
  kurtosisBefore: number;
  skewAfter: number;
  kurtosisAfter: number;
  winsorisedHigh: number;
  winsorisedLow: number;
  isLogged: boolean;
}

/**
 * Treats outliers (OECD/JRC Handbook 2008, step 5). While |skew| and kurtosis both exceed their limits, the
 * outermost value on the side of the tail is set to the next one, for at most `maxPoints` values. Where that
 * does not suffice, or was not allowed, `log: fallback` takes the logarithm of the untreated column instead.
 */
export function treat(
  values: Float64Array,
  treatment: ResolvedTreatment,
): { values: Float64Array; record: TreatmentRecord } {
  const skewBefore = skewness(values);
  const kurtosisBefore = excessKurtosis(values);
  const clipped = winsorise(values, treatment);
  const needsLog =
    treatment.log === 'always' || (treatment.log === 'fallback' && isOutlying(clipped.values, treatment));
  const treated = needsLog ? logarithm(values) : clipped.values;
  return {
    values: treated,
    record: {
      skewBefore,
      kurtosisBefore,
      skewAfter: treated === values ? skewBefore : skewness(treated),
      kurtosisAfter: treated === values ? kurtosisBefore : excessKurtosis(treated),
      winsorisedHigh: needsLog ? 0 : clipped.high,
      winsorisedLow: needsLog ? 0 : clipped.low,
      isLogged: needsLog,
    },
  };
}

function isOutlying(values: Float64Array, { skew, kurtosis }: ResolvedTreatment): boolean {
  return Math.abs(skewness(values)) > skew && excessKurtosis(values) > kurtosis;
}

interface Winsorised {
  values: Float64Array;
  high: number;
  low: number;
}

function winsorise(values: Float64Array, treatment: ResolvedTreatment): Winsorised {
  if (treatment.maxPoints === 0 || !isOutlying(values, treatment)) return { values, high: 0, low: 0 };
  const order = ascendingOrder(values);
  const result: Winsorised = { values: values.slice(), high: 0, low: 0 };
  const limit = Math.min(treatment.maxPoints, order.length - 1);
  while (result.high + result.low < limit && isOutlying(result.values, treatment)) {
    if (skewness(result.values) > 0) {
      result.high += 1;
      const next = values[order[order.length - 1 - result.high] ?? 0] ?? Number.NaN;
      for (let i = order.length - result.high; i < order.length; i += 1) result.values[order[i] ?? 0] = next;
    } else {
      result.low += 1;
      const next = values[order[result.low] ?? 0] ?? Number.NaN;
      for (let i = 0; i < result.low; i += 1) result.values[order[i] ?? 0] = next;
    }
  }
  return result;
}

/**
 * ln(x − min + a) with a = 1 % of the range, which also takes zeros and negative values; mirrored for a tail to
 * the left, so the order of units never changes. (The form used by the JRC's COIN tool.)
 */
function logarithm(values: Float64Array): Float64Array {
  const { min, max } = extent(values);
  if (min === max) return values;
  const a = 0.01 * (max - min);
  return skewness(values) >= 0
    ? values.map((value) => Math.log(value - min + a))
    : values.map((value) => -Math.log(max - value + a));
}
