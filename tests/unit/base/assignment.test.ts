import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign } from '../../../gateway/src/base/assignment.ts';

function total(costs: Float64Array, columns: number, result: Int32Array): number {
  return result.reduce(
    (sum, column, row) => sum + (column < 0 ? 0 : (costs[row * columns + column] ?? 0)),
    0,
  );
}

/** The cheapest full assignment by trying all of them; rows ≤ columns. */
function cheapest(costs: Float64Array, rows: number, columns: number, used = new Set<number>()): number {
  const row = used.size;
  if (row === rows) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let column = 0; column < columns; column++) {
    if (used.has(column)) continue;
    const rest = cheapest(costs, rows, columns, new Set([...used, column]));
    best = Math.min(best, (costs[row * columns + column] ?? 0) + rest);
  }
  return best;
}

const problem = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      costs: fc.array(fc.integer({ min: 0, max: 20 }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      }),
    }),
  );

describe('assignment', () => {
  test('prefers the best whole over the best first pair', () => {
    expect([...assign(Float64Array.of(1, 2, 1, 9), 2, 2)]).toEqual([1, 0]);
  });

  test('leaves a row over when there are more rows than columns', () => {
    expect([...assign(Float64Array.of(5, 1, 3), 3, 1)]).toEqual([-1, 0, -1]);
  });

  test('answers an empty problem with nothing', () => {
    expect(assign(new Float64Array(0), 0, 4)).toHaveLength(0);
    expect([...assign(new Float64Array(0), 2, 0)]).toEqual([-1, -1]);
  });

  test('refuses costs that do not fill the table', () => {
    expect(() => assign(Float64Array.of(1), 2, 2)).toThrow(/2 rows/);
  });

  test('is as cheap as the best of all assignments and uses no column twice', () => {
    fc.assert(
      fc.property(problem, ({ rows, columns, costs }) => {
        const table = Float64Array.from(costs);
        const result = assign(table, rows, columns);
        const columnsUsed = [...result].filter((column) => column >= 0);
        expect(new Set(columnsUsed).size).toBe(columnsUsed.length);
        expect(columnsUsed).toHaveLength(Math.min(rows, columns));
        const flipped = Float64Array.from(
          { length: rows * columns },
          (_, index) => table[(index % rows) * columns + Math.floor(index / rows)] ?? 0,
        );
        const best = rows <= columns ? cheapest(table, rows, columns) : cheapest(flipped, columns, rows);
        expect(total(table, columns, result)).toBe(best);
      }),
    );
  });
});
