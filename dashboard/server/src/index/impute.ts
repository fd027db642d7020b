import type { ImputationMethod } from './framework-schema.ts';
import { mean, median } from './statistics.ts';

/**
 * Fills missing values by the mean or median of all units or of the unit's group; a group without any value
 * stays missing. `none` returns the column as it is.
 */
export function impute(
  values: Float64Array,
  method: ImputationMethod,
  groups: readonly string[] | null,
): Float64Array {
  if (method === 'none' || !values.some(Number.isNaN)) return values;
  const centre = method.endsWith('median') ? median : mean;
  if (!method.startsWith('group')) {
    const fill = centre(values);
    return values.map((value) => (Number.isNaN(value) ? fill : value));
  }
  const fills = new Map<string, number>();
  const fillOf = (group: string): number => {
    const known = fills.get(group);
    if (known !== undefined) return known;
    const fill = centre(values.filter((_, i) => groups?.[i] === group));
    fills.set(group, fill);
    return fill;
  };
  return values.map((value, i) => (Number.isNaN(value) ? fillOf(groups?.[i] ?? '') : value));
}
