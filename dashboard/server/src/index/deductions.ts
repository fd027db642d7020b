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
    const sum = wanted.reduce((total, column) => total + (column[unit] ?? 0), 0);
    if (Number.isNaN(score) || sum === 0) return score;
    const allowed = Math.min(sum, Math.max(0, score - floor));
    for (const column of taken) column[unit] = (column[unit] ?? 0) * (allowed / sum);
    return score - allowed;
  });
  return { scores, taken };
}
