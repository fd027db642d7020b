/**
 * The cheapest one-to-one assignment of rows to columns (Hungarian method with shortest augmenting paths, Jonker & Volgenant 1987).
 * @param costs row after row, `rows × columns` finite numbers
 * @returns per row its column, -1 for a row left over (only when there are more rows than columns)
 * Throws a RangeError when the length does not fit.
 */
export function assign(costs: Float64Array, rows: number, columns: number): Int32Array {
  if (costs.length !== rows * columns)
    throw new RangeError(`${costs.length} costs do not fill ${rows} rows × ${columns} columns`);
  if (rows > columns) return invert(assign(transpose(costs, rows, columns), columns, rows), rows);
  const matching = new Matching(costs, rows, columns);
  for (let row = 0; row < rows; row++) matching.augment(row);
  return invert(matching.rowOf.subarray(0, columns), rows);
}

function transpose(costs: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    costs,
    (_, index) => costs[(index % rows) * columns + Math.floor(index / rows)] ?? 0,
  );
}

function invert(owners: Int32Array, length: number): Int32Array {
  const inverse = new Int32Array(length).fill(-1);
  for (const [index, owner] of owners.entries()) if (owner >= 0) inverse[owner] = index;
  return inverse;
}

/** A growing optimal matching; the extra column at the end stands for the row being placed. */
class Matching {
  /** Per column the row that holds it, -1 = free. */
  readonly rowOf: Int32Array;
  #costs: Float64Array;
  #columns: number;
  #rowPrice: Float64Array;
  #columnPrice: Float64Array;
  #slack: Float64Array;
  #previous: Int32Array;
  #visited: Uint8Array;

  constructor(costs: Float64Array, rows: number, columns: number) {
    this.#costs = costs;
    this.#columns = columns;
    this.rowOf = new Int32Array(columns + 1).fill(-1);
    this.#rowPrice = new Float64Array(rows);
    this.#columnPrice = new Float64Array(columns + 1);
    this.#slack = new Float64Array(columns);
    this.#previous = new Int32Array(columns);
    this.#visited = new Uint8Array(columns + 1);
  }

  /** Gives the row a column, moving others along the cheapest path. */
  augment(row: number): void {
    const root = this.#columns;
    this.rowOf[root] = row;
    this.#slack.fill(Number.POSITIVE_INFINITY);
    this.#visited.fill(0);
    let column = root;
    while ((this.rowOf[column] ?? -1) >= 0) {
      this.#visited[column] = 1;
      column = this.#step(column);
    }
    while (column !== root) {
      const before = this.#previous[column] ?? root;
      this.rowOf[column] = this.rowOf[before] ?? -1;
      column = before;
    }
  }

  /** Relaxes the edges of the row that holds `from`, then moves all prices by the smallest slack; gives that column. */
  #step(from: number): number {
    const row = this.rowOf[from] ?? 0;
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (let column = 0; column < this.#columns; column++) {
      if (this.#visited[column] === 1) continue;
      const cost = this.#costs[row * this.#columns + column] ?? 0;
      const slack = cost - (this.#rowPrice[row] ?? 0) - (this.#columnPrice[column] ?? 0);
      if (slack < (this.#slack[column] ?? 0)) {
        this.#slack[column] = slack;
        this.#previous[column] = from;
      }
      const best = this.#slack[column] ?? 0;
      if (best < smallest) {
        smallest = best;
        nearest = column;
      }
    }
    this.#movePrices(smallest);
    return nearest;
  }

  #movePrices(by: number): void {
    for (let column = 0; column <= this.#columns; column++) {
      if (this.#visited[column] === 1) {
        const row = this.rowOf[column] ?? 0;
        this.#rowPrice[row] = (this.#rowPrice[row] ?? 0) + by;
        this.#columnPrice[column] = (this.#columnPrice[column] ?? 0) - by;
      } else if (column < this.#columns) {
        this.#slack[column] = (this.#slack[column] ?? 0) - by;
      }
    }
  }
}
