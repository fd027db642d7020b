/** Statistics of a column; NaN marks a missing value and is left out. */

export function observed(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}

export function mean(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

export function median(values: Float64Array): number {
  const sorted = observed(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Sample standard deviation (n − 1); 0 for a single value, NaN for none. */
export function sampleSd(values: Float64Array): number {
  const known = observed(values);
  if (known.length < 2) return known.length === 1 ? 0 : Number.NaN;
  return Math.sqrt((centralMoment(known, 2) * known.length) / (known.length - 1));
}

export function extent(values: Float64Array): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function isConstant(values: Float64Array): boolean {
  const { min, max } = extent(values);
  return min === max;
}

function centralMoment(known: Float64Array, order: 2 | 3 | 4): number {
  const centre = mean(known);
  let sum = 0;
  for (const value of known) {
    const d = value - centre;
    const square = d * d;
    sum += order === 2 ? square : order === 3 ? square * d : square * square;
  }
  return sum / known.length;
}

/**
 * Adjusted Fisher–Pearson skewness G1, "type 2" of Joanes and Gill (The Statistician 47, 1998), the one of
 * common spreadsheets. 0 where it is undefined (fewer than 3 values, or all alike).
 */
export function skewness(values: Float64Array): number {
  const known = observed(values);
  const n = known.length;
  if (n < 3 || isConstant(known)) return 0;
  const m2 = centralMoment(known, 2);
  return ((centralMoment(known, 3) / m2 ** 1.5) * Math.sqrt(n * (n - 1))) / (n - 2);
}

/** Adjusted excess kurtosis G2, "type 2" of Joanes and Gill; 0 where it is undefined (fewer than 4 values). */
export function excessKurtosis(values: Float64Array): number {
  const known = observed(values);
  const n = known.length;
  if (n < 4 || isConstant(known)) return 0;
  const m2 = centralMoment(known, 2);
  const g2 = centralMoment(known, 4) / (m2 * m2) - 3;
  return (((n + 1) * g2 + 6) * (n - 1)) / ((n - 2) * (n - 3));
}

/** Indices of the known values from the smallest to the largest. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order: number[] = [];
  for (let i = 0; i < values.length; i += 1) if (!Number.isNaN(values[i])) order.push(i);
  return Uint32Array.from(order).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

/** Ranks from 1 (smallest) to n; equal values share the lowest or the average of their ranks; NaN stays. */
export function ascendingRanks(values: Float64Array, ties: 'average' | 'min'): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  let start = 0;
  while (start < order.length) {
    let end = start;
    const value = values[order[start] ?? 0];
    while (end + 1 < order.length && values[order[end + 1] ?? 0] === value) end += 1;
    const rank = ties === 'min' ? start + 1 : (start + end) / 2 + 1;
    for (let i = start; i <= end; i += 1) ranks[order[i] ?? 0] = rank;
    start = end + 1;
  }
  return ranks;
}

/** Competition ranks: 1 for the highest score, equal scores share the better rank, 0 for no score. */
export function competitionRanks(scores: Float64Array): Int32Array {
  const order = ascendingOrder(scores).reverse();
  const ranks = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i += 1) {
    const here = order[i] ?? 0;
    const before = order[i - 1];
    ranks[here] = before !== undefined && scores[before] === scores[here] ? (ranks[before] ?? 0) : i + 1;
  }
  return ranks;
}

/** Spearman's rank correlation over the units known to both; NaN where fewer than two or all alike. */
export function spearman(a: Float64Array, b: Float64Array): number {
  const both = (own: Float64Array, other: Float64Array) =>
    ascendingRanks(
      own.map((value, i) => (Number.isNaN(other[i]) ? Number.NaN : value)),
      'average',
    );
  const x = both(a, b);
  const y = both(b, a);
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i += 1) {
    const dx = (x[i] ?? Number.NaN) - mx;
    const dy = (y[i] ?? Number.NaN) - my;
    if (Number.isNaN(dx) || Number.isNaN(dy)) continue;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
