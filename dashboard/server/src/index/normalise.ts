import { IndexError } from './errors.ts';
import type { Indicator } from './model.ts';
import { ascendingRanks, extent, mean, sampleSd } from './statistics.ts';

/**
 * Brings a column to the common scale, where more is better (OECD/JRC Handbook 2008, step 5.3). Direction
 * comes first: a column where less is better changes its sign before its minimum and maximum are taken.
 * A column whose values are all alike tells nothing apart and becomes the middle of the range.
 */
export function normalise(values: Float64Array, indicator: Indicator): Float64Array {
  const { direction, normalisation } = indicator;
  const oriented = direction === 1 ? values : values.map((value) => -value);
  const [low, high] = normalisation.range;
  switch (normalisation.method) {
    case 'none':
      return oriented;
    case 'goalposts':
      return between(oriented, goalpostScale(indicator));
    case 'min-max': {
      const { min, max } = extent(oriented);
      return between(oriented, { ends: [min, max], low, high, cap: false });
    }
    case 'z-score':
      return standardise(oriented, normalisation.mean, normalisation.sd);
    case 'rank':
      return ascendingRanks(oriented, normalisation.ties);
    case 'percentile': {
      const ranks = ascendingRanks(oriented, normalisation.ties);
      const known = ranks.reduce((count, rank) => (Number.isNaN(rank) ? count : count + 1), 0);
      return between(ranks, { ends: [1, known], low, high, cap: false });
    }
    case 'distance-to-target': {
      const target = direction * targetOf(indicator);
      const { min } = extent(oriented);
      if (min >= target) return oriented.map((value) => (Number.isNaN(value) ? value : high));
      return between(oriented, { ends: [min, target], low, high, cap: normalisation.cap });
    }
  }
}

/**
 * A single value on fixed goalposts, or as it is, for methods that compare nothing.
 * @throws IndexError of kind `framework` for a method that compares units.
 */
export function fixedScorer(indicator: Indicator): (rate: number) => number {
  const { direction, log, normalisation } = indicator;
  const orient = (rate: number) => direction * (log ? Math.log(rate) : rate);
  if (normalisation.method === 'none') return orient;
  if (normalisation.method !== 'goalposts')
    throw new IndexError('framework', [
      `indicator "${indicator.code}": "${normalisation.method}" compares areas; use goalposts`,
    ]);
  const scale = goalpostScale(indicator);
  return (rate) => place(orient(rate), scale);
}

interface Scale {
  ends: readonly [number, number];
  low: number;
  high: number;
  cap: boolean;
}

function between(values: Float64Array, scale: Scale): Float64Array {
  const { ends, low, high } = scale;
  if (ends[0] === ends[1]) return values.map((value) => (Number.isNaN(value) ? value : (low + high) / 2));
  return values.map((value) => place(value, scale));
}

function place(value: number, { ends: [from, to], low, high, cap }: Scale): number {
  const share = (value - from) / (to - from);
  const kept = cap ? Math.min(1, Math.max(0, share)) : share;
  return low + kept * (high - low);
}

function goalpostScale(indicator: Indicator): Scale {
  const [low, high] = indicator.normalisation.range;
  return { ends: goalpostsOf(indicator), low, high, cap: indicator.normalisation.cap };
}

function standardise(values: Float64Array, centre: number, spread: number): Float64Array {
  const m = mean(values);
  const sd = sampleSd(values);
  const { min, max } = extent(values);
  if (min === max) return values.map((value) => (Number.isNaN(value) ? value : centre));
  return values.map((value) => centre + ((value - m) / sd) * spread);
}

/** The goalposts as [worst, best] on the oriented scale, logged where the indicator is. */
function goalpostsOf({ code, goalposts, direction, log }: Indicator): readonly [number, number] {
  if (goalposts === null) throw new IndexError('framework', [`indicator "${code}" has no goalposts`]);
  const [low, high] = log ? [Math.log(goalposts[0]), Math.log(goalposts[1])] : goalposts;
  return direction === 1 ? [low, high] : [-high, -low];
}

function targetOf({ code, target, log }: Indicator): number {
  if (target === null) throw new IndexError('framework', [`indicator "${code}" has no target`]);
  return log ? Math.log(target) : target;
}
