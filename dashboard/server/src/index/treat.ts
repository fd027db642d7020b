import type { ResolvedTreatment } from './model.ts';
import { ascendingOrder, extent, type Shape, shapeOf } from './statistics.ts';

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
  const before = shapeOf(values);
  const clipped = winsorise(values, before, treatment);
  const isLogged =
    treatment.log === 'always' || (treatment.log === 'fallback' && isOutlying(clipped.shape, treatment));
  const treated = isLogged ? logarithm(values, before.skew) : clipped.values;
  const after = isLogged ? shapeOf(treated) : clipped.shape;
  return {
    values: treated,
    record: {
      skewBefore: before.skew,
      kurtosisBefore: before.kurtosis,
      skewAfter: after.skew,
      kurtosisAfter: after.kurtosis,
      winsorisedHigh: isLogged ? 0 : clipped.high,
      winsorisedLow: isLogged ? 0 : clipped.low,
      isLogged,
    },
  };
}

function isOutlying(shape: Shape, { skew, kurtosis }: ResolvedTreatment): boolean {
  return Math.abs(shape.skew) > skew && shape.kurtosis > kurtosis;
}

interface Winsorised {
  values: Float64Array;
  shape: Shape;
  high: number;
  low: number;
}

function winsorise(values: Float64Array, shape: Shape, treatment: ResolvedTreatment): Winsorised {
  const result: Winsorised = { values, shape, high: 0, low: 0 };
  if (treatment.maxPoints === 0 || !isOutlying(shape, treatment)) return result;
  const order = ascendingOrder(values);
  const limit = Math.min(treatment.maxPoints, order.length - 1);
  result.values = values.slice();
  while (result.high + result.low < limit && isOutlying(result.shape, treatment)) {
    if (result.shape.skew > 0) {
      result.high += 1;
      const next = values[order[order.length - 1 - result.high] ?? 0] ?? Number.NaN;
      for (let i = order.length - result.high; i < order.length; i += 1) result.values[order[i] ?? 0] = next;
    } else {
      result.low += 1;
      const next = values[order[result.low] ?? 0] ?? Number.NaN;
      for (let i = 0; i < result.low; i += 1) result.values[order[i] ?? 0] = next;
    }
    result.shape = shapeOf(result.values);
  }
  return result;
}

/**
 * ln(x − min + a) with a = 1 % of the range, which also takes zeros and negative values; mirrored for a tail to
 * the left, so the order of units never changes. (The form used by the JRC's COIN tool.)
 */
function logarithm(values: Float64Array, skew: number): Float64Array {
  const { min, max } = extent(values);
  if (min === max) return values;
  const a = 0.01 * (max - min);
  return skew >= 0
    ? values.map((value) => Math.log(value - min + a))
    : values.map((value) => -Math.log(max - value + a));
}
