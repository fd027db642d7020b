import { at } from './aggregate.ts';
import type { AreaTree } from './area-hierarchy.ts';
import type { Indicator, Model } from './model.ts';
import { fixedScorer } from './normalise.ts';
import { estimatePrior, type RatePrior, type Rates, shrinkRates } from './shrinkage.ts';

/** One figure of one area. `coverage` is the share (0..1) of what should have been observed that was. */
export interface IndicatorFact {
  numerator: number;
  denominator: number;
  coverage: number;
}

export type AreaFacts = Readonly<Record<string, Readonly<Record<string, IndicatorFact>>>>;

/** The figures of one indicator, by the position of the area in the tree. */
export interface Figures {
  /** Sums over the area and all below it, for display; 0 / 0 where nothing is known. */
  numerators: Float64Array;
  denominators: Float64Array;
  /** The same from those grids only whose coverage suffices. */
  usable: Rates;
  /** On the common scale; NaN is unknown. Means of children are filled in on the way up. */
  normalised: Float64Array;
  /** The reference set of a shrunk rate; null where rates are taken as they are. */
  priorOf: ((area: number) => RatePrior) | null;
}

/** Reads the facts of the grids, sums them up the tree, and scores grids and pooled rates. */
export function readFigures(model: Model, tree: AreaTree, facts: AreaFacts): Figures[] {
  const size = tree.areas.length;
  const figures = model.indicators.map(
    (): Figures => ({
      numerators: new Float64Array(size),
      denominators: new Float64Array(size),
      usable: { counts: new Float64Array(size), exposures: new Float64Array(size) },
      normalised: new Float64Array(size).fill(Number.NaN),
      priorOf: null,
    }),
  );
  tree.areas.forEach(({ code }, area) => {
    const own = facts[code];
    if (own === undefined || at(tree.children, area).length > 0) return;
    model.indicators.forEach((indicator, i) => {
      const fact = own[indicator.code];
      if (fact !== undefined) keep(at(figures, i), { area, fact, minCoverage: indicator.minCoverage });
    });
  });
  model.indicators.forEach((indicator, i) => {
    const own = at(figures, i);
    for (const column of [own.numerators, own.denominators, own.usable.counts, own.usable.exposures])
      sumUp(column, tree);
    if (indicator.rollup === 'pool') scorePooled(indicator, tree, own);
    else scoreLeaves(indicator, tree, own);
  });
  return figures;
}

interface Reading {
  area: number;
  fact: IndicatorFact;
  minCoverage: number;
}

function keep(figures: Figures, { area, fact, minCoverage }: Reading): void {
  figures.numerators[area] = fact.numerator;
  figures.denominators[area] = fact.denominator;
  if (fact.denominator === 0 || fact.coverage < minCoverage) return;
  figures.usable.counts[area] = fact.numerator;
  figures.usable.exposures[area] = fact.denominator;
}

function sumUp(column: Float64Array, { bottomUp, children }: AreaTree): void {
  for (const level of bottomUp)
    for (const area of level)
      for (const child of at(children, area)) column[area] = (column[area] ?? 0) + (column[child] ?? 0);
}

/** Smallest denominator that tells something: the framework's minimum, and above 0. */
function suffices({ denominator }: Indicator, exposure: number): boolean {
  return exposure > 0 && exposure >= (denominator?.min ?? 0);
}

function scoreLeaves(indicator: Indicator, { children }: AreaTree, { usable, normalised }: Figures): void {
  const score = fixedScorer(indicator);
  const per = indicator.denominator?.per ?? 1;
  for (let area = 0; area < normalised.length; area += 1) {
    const exposure = usable.exposures[area] ?? 0;
    if (at(children, area).length > 0 || !suffices(indicator, exposure)) continue;
    normalised[area] = score(((usable.counts[area] ?? 0) / exposure) * per);
  }
}

function scorePooled(indicator: Indicator, tree: AreaTree, figures: Figures): void {
  const { usable, normalised } = figures;
  const score = fixedScorer(indicator);
  const per = indicator.denominator?.per ?? 1;
  figures.priorOf = indicator.shrinkage === 'none' ? null : peerPriors(indicator, tree, usable);
  const rates =
    figures.priorOf === null
      ? usable.counts.map((count, area) => count / (usable.exposures[area] ?? 0))
      : shrinkRates(usable, figures.priorOf);
  rates.forEach((rate, area) => {
    if (suffices(indicator, usable.exposures[area] ?? 0)) normalised[area] = score(rate * per);
  });
}

/** Areas are shrunk towards those of their level: all of them (`global`), or those of the same parent (`group`). */
export function peerPriors(
  { shrinkage }: Pick<Indicator, 'shrinkage'>,
  { areas }: AreaTree,
  rates: Rates,
): (area: number) => RatePrior {
  const peersOf = (area: number) => {
    const { level, parent } = at(areas, area);
    return shrinkage === 'group' ? `${level} ${parent}` : level;
  };
  const priors = new Map(
    [...Map.groupBy(areas.keys(), peersOf)].map(([peers, members]) => [peers, estimatePrior(rates, members)]),
  );
  return (area) => priors.get(peersOf(area)) ?? { mean: Number.NaN, variance: 0 };
}
