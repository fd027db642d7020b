/** Statistics of a column; NaN marks a missing value and is left out. */

function known(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    kept[count] = value;
    count += 1;
  }
  return kept.subarray(0, count);
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
  const sorted = known(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Sample standard deviation (n − 1); 0 for a single value, NaN for none. */
export function sampleSd(values: Float64Array): number {
  const { count, m2 } = centralMoments(values);
  if (count < 2) return count === 1 ? 0 : Number.NaN;
  return Math.sqrt((m2 * count) / (count - 1));
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

interface CentralMoments {
  count: number;
  m2: number;
  m3: number;
  m4: number;
}

/** Moments around the mean; exactly 0 for a column of equal values, whatever rounding makes of their mean. */
function centralMoments(values: Float64Array): CentralMoments {
  const { min, max } = extent(values);
  const centre = min === max ? min : mean(values);
  let count = 0;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const d = value - centre;
    const square = d * d;
    count += 1;
    m2 += square;
    m3 += square * d;
    m4 += square * square;
  }
  return { count, m2: m2 / count, m3: m3 / count, m4: m4 / count };
}

export interface Shape {
  skew: number;
  kurtosis: number;
}

/**
 * Adjusted Fisher–Pearson skewness G1 and excess kurtosis G2, "type 2" of Joanes and Gill (The Statistician 47,
 * 1998), those of common spreadsheets. 0 where undefined: fewer than 3 or 4 values, or all alike.
 */
export function shapeOf(values: Float64Array): Shape {
  const { count: n, m2, m3, m4 } = centralMoments(values);
  if (n < 3 || m2 === 0) return { skew: 0, kurtosis: 0 };
  const skew = ((m3 / m2 ** 1.5) * Math.sqrt(n * (n - 1))) / (n - 2);
  if (n < 4) return { skew, kurtosis: 0 };
  const g2 = m4 / (m2 * m2) - 3;
  return { skew, kurtosis: (((n + 1) * g2 + 6) * (n - 1)) / ((n - 2) * (n - 3)) };
}

/** Indices of the known values from the smallest to the largest. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (Number.isNaN(values[i])) continue;
    order[count] = i;
    count += 1;
  }
  return order.subarray(0, count).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
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
