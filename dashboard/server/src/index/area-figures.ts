import { at } from './aggregate.ts';
import { type AreaTree, sumUp } from './area-hierarchy.ts';
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
  indicator: Indicator;
  /** Share in the index. */
  weight: number;
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
    (indicator): Figures => ({
      indicator,
      weight: at(model.nodes, indicator.node).globalWeight,
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
      if (fact !== undefined) keep(at(figures, i), area, fact);
    });
  });
  for (const own of figures) {
    for (const column of [own.numerators, own.denominators, own.usable.counts, own.usable.exposures])
      sumUp(column, tree);
    if (own.indicator.rollup === 'pool') scorePooled(tree, own);
    else scoreLeaves(tree, own);
  }
  return figures;
}

function keep(figures: Figures, area: number, fact: IndicatorFact): void {
  figures.numerators[area] = fact.numerator;
  figures.denominators[area] = fact.denominator;
  if (fact.denominator === 0 || fact.coverage < figures.indicator.minCoverage) return;
  figures.usable.counts[area] = fact.numerator;
  figures.usable.exposures[area] = fact.denominator;
}

/** Smallest denominator that tells something: the framework's minimum, and above 0. */
function suffices({ denominator }: Indicator, exposure: number): boolean {
  return exposure > 0 && exposure >= (denominator?.min ?? 0);
}

function scoreLeaves({ children }: AreaTree, { indicator, usable, normalised }: Figures): void {
  const score = fixedScorer(indicator);
  const per = indicator.denominator?.per ?? 1;
  for (let area = 0; area < normalised.length; area += 1) {
    const exposure = usable.exposures[area] ?? 0;
    if (at(children, area).length > 0 || !suffices(indicator, exposure)) continue;
    normalised[area] = score(((usable.counts[area] ?? 0) / exposure) * per);
  }
}

function scorePooled(tree: AreaTree, figures: Figures): void {
  const { indicator, usable, normalised } = figures;
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
  const peers = Array.from(areas, ({ level, parent }) =>
    shrinkage === 'group' ? `${level} ${parent}` : level,
  );
  const members = Map.groupBy(areas.keys(), (area) => peers[area]);
  const priors = new Map([...members].map(([peer, own]) => [peer, estimatePrior(rates, own)]));
  return (area) => priors.get(peers[area]) ?? { mean: Number.NaN, variance: 0 };
}
