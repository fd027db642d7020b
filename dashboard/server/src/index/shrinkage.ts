/**
 * Empirical-Bayes shrinkage of rates of counts: R. J. Marshall, "Mapping disease and mortality rates using
 * empirical Bayes estimators", Applied Statistics 40 (1991) 283–294. A rate that rests on little exposure is
 * drawn towards the mean of its reference set (all units, its group, or its neighbourhood).
 */

/** The reference set's mean rate and the variance of true rates around it (never negative). */
export interface RatePrior {
  mean: number;
  variance: number;
}

/** @param counts events per unit. @param exposures what they are counted over (people, hours), above 0. */
export interface Rates {
  counts: Float64Array;
  exposures: Float64Array;
}

/** Moments of the members with a known count and an exposure above 0; NaN where there is none. */
export function estimatePrior({ counts, exposures }: Rates, members: Iterable<number>): RatePrior {
  let exposure = 0;
  let events = 0;
  let size = 0;
  const known: number[] = [];
  for (const i of members) {
    if (!isUsable(counts[i], exposures[i])) continue;
    exposure += exposures[i] ?? 0;
    events += counts[i] ?? 0;
    size += 1;
    known.push(i);
  }
  const m = events / exposure;
  let spread = 0;
  for (const i of known) {
    const own = exposures[i] ?? 0;
    spread += own * ((counts[i] ?? 0) / own - m) ** 2;
  }
  return { mean: m, variance: Math.max(0, spread / exposure - m / (exposure / size)) };
}

/** Shrinks each rate (events per one of exposure); missing counts and exposures of 0 give NaN. */
export function shrinkRates(rates: Rates, priorOf: (unit: number) => RatePrior): Float64Array {
  return rates.counts.map((count, unit) => {
    const exposure = rates.exposures[unit];
    if (!isUsable(count, exposure)) return Number.NaN;
    const prior = priorOf(unit);
    if (prior.mean === 0) return 0;
    const trust = prior.variance / (prior.variance + prior.mean / exposure);
    return prior.mean + trust * (count / exposure - prior.mean);
  });
}

/** The global form: every unit is drawn towards the mean rate of all. */
export function shrinkGlobally(rates: Rates): Float64Array {
  const prior = estimatePrior(rates, rates.counts.keys());
  return shrinkRates(rates, () => prior);
}

/**
 * The neighbour form: every unit is drawn towards the mean rate of its neighbourhood.
 * @param neighbours per unit the indices of the units next to it; the unit itself is added.
 */
export function shrinkToNeighbours(rates: Rates, neighbours: readonly (readonly number[])[]): Float64Array {
  return shrinkRates(rates, (unit) => estimatePrior(rates, new Set([unit, ...(neighbours[unit] ?? [])])));
}

/** One prior per group, for groups as neighbourhoods. */
export function groupPriors(rates: Rates, groups: readonly string[]): (unit: number) => RatePrior {
  const members = new Map<string, number[]>();
  groups.forEach((group, unit) => {
    const list = members.get(group);
    if (list) list.push(unit);
    else members.set(group, [unit]);
  });
  const priors = new Map([...members].map(([group, units]) => [group, estimatePrior(rates, units)]));
  return (unit) => priors.get(groups[unit] ?? '') ?? { mean: Number.NaN, variance: 0 };
}

/**
 * The Gamma distribution of a unit's true rate: shape and rate parameter. With a prior its mean is the shrunk
 * rate; without one (or with no variance between units) it is Jeffreys' count + ½ over the exposure.
 */
export function ratePosterior(
  count: number,
  exposure: number,
  prior: RatePrior | null,
): { shape: number; rate: number } {
  if (prior === null || !(prior.variance > 0) || !(prior.mean > 0))
    return { shape: count + 0.5, rate: exposure };
  const strength = prior.mean / prior.variance;
  return { shape: count + prior.mean * strength, rate: exposure + strength };
}

function isUsable(count: number | undefined, exposure: number | undefined): exposure is number {
  return count !== undefined && exposure !== undefined && count >= 0 && exposure > 0;
}
