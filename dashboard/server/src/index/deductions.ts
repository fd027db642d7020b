import type { Model } from './model.ts';
import { columnOf, type DataTable } from './table.ts';

/** Points taken off the index of each unit, per deduction of the framework. */
export interface DeductedScores {
  scores: Float64Array;
  taken: Float64Array[];
}

/**
 * Takes deductions (such as deaths) off the aggregated index, never below `scoreFloor` (0). A missing cell deducts
 * nothing and adds its unit to no other penalty. Where the floor cuts a sum of deductions, each counts in proportion.
 */
export function deduct(model: Model, table: DataTable, aggregated: Float64Array): DeductedScores {
  const floor = model.framework.scoreFloor ?? 0;
  const rules = model.framework.deductions ?? [];
  const wanted = rules.map(({ column, points, max }) =>
    columnOf(table, column).map((value) =>
      value > 0 ? Math.min(max ?? Number.POSITIVE_INFINITY, value * points) : 0,
    ),
  );
  const taken = wanted.map((column) => column.slice());
  const scores = aggregated.map((score, unit) => {
    const allowed = shareUnderFloor(
      score,
      wanted.map((column) => column[unit] ?? 0),
      floor,
    );
    taken.forEach((column, i) => {
      column[unit] = allowed[i] ?? 0;
    });
    return score - allowed.reduce((sum, points) => sum + points, 0);
  });
  return { scores, taken };
}

/** Deductions from one score in the order given: cut in proportion so that the score stays at or above the floor; none without a score. */
export function shareUnderFloor(score: number, wanted: readonly number[], floor: number): readonly number[] {
  const sum = wanted.reduce((total, points) => total + points, 0);
  if (sum === 0) return wanted;
  if (Number.isNaN(score)) return wanted.map(() => 0);
  const allowed = Math.min(sum, Math.max(0, score - floor));
  return wanted.map((points) => points * (allowed / sum));
}
