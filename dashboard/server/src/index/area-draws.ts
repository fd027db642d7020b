import { at } from './aggregate.ts';
import { type Figures, peerPriors } from './area-figures.ts';
import { type AreaContext, meanOver } from './area-tree.ts';
import { fixedScorer } from './normalise.ts';
import type { Random } from './random.ts';
import { type RatePrior, ratePosterior } from './shrinkage.ts';

/** Draws kept for an indicator that is a mean over grids; runs choose among them by chance. */
const BANK_SIZE = 256;
/** A set of grids smaller than this tells too little of its own spread; the whole level stands in. */
const MIN_GROUP = 5;
/** No set of areas is taken to be more alike than this coefficient of variation of true rates. */
const MIN_VARIATION = 0.1;

/** An indicator's values on the common scale, in the order of the areas compared. */
export type ColumnDrawer = (random: Random) => Float64Array;

export interface DrawSetting {
  context: AreaContext;
  /** Positions of the areas compared. */
  peers: readonly number[];
  counts: 'gamma' | 'poisson' | 'fixed';
  random: Random;
}

/**
 * How an indicator varies by the chance in its counts; null where it does not. The true rate of an area, given its
 * count, is a Gamma number (Gamma prior by moments, Poisson counts). Pooled rates are drawn for the areas
 * compared. Means are drawn grid by grid and carried up the tree, each grid's prior coming from the grids of its
 * parent, so that what distinguishes a parent is not shrunk away.
 */
export function columnDrawer(figures: Figures, setting: DrawSetting): ColumnDrawer | null {
  const { indicator } = figures;
  if (!indicator.isCount || setting.counts === 'fixed') return null;
  return indicator.rollup === 'pool' ? pooledDrawer(figures, setting) : meanDrawer(figures, setting);
}

function pooledDrawer(figures: Figures, { peers, counts }: DrawSetting): ColumnDrawer {
  const drawRate = rateDrawer(figures, figures.priorOf, counts);
  const score = fixedScorer(figures.indicator);
  const per = figures.indicator.denominator?.per ?? 1;
  return (random) =>
    Float64Array.from(peers, (area) =>
      Number.isNaN(figures.normalised[area]) ? Number.NaN : score(drawRate(area, random) * per),
    );
}

function meanDrawer(figures: Figures, setting: DrawSetting): ColumnDrawer {
  const { peers, random } = setting;
  const bank = Array.from({ length: BANK_SIZE }, bankFiller(figures, setting));
  const columns = bank.map((column) => Float64Array.from(peers, (area) => column[area] ?? Number.NaN));
  bank.length = 0;
  return () => at(columns, random.below(columns.length));
}

/** Draws all grids once and carries them up as the scores are. */
function bankFiller(
  figures: Figures,
  { context: { tree, state }, counts, random }: DrawSetting,
): () => Float64Array {
  const drawRate = rateDrawer(figures, gridPriors(figures, tree), counts);
  const score = fixedScorer(figures.indicator);
  const per = figures.indicator.denominator?.per ?? 1;
  const index = at(state.scores, 0);
  const scored = tree.children.map((children) => children.filter((child) => !Number.isNaN(index[child])));
  const weightOf = (area: number) => tree.weights[area] ?? 0;
  return () => {
    const column = new Float64Array(tree.areas.length).fill(Number.NaN);
    for (const level of tree.bottomUp)
      for (const area of level) {
        if (Number.isNaN(figures.normalised[area])) continue;
        column[area] =
          at(tree.children, area).length === 0
            ? score(drawRate(area, random) * per)
            : meanOver(at(scored, area), column, weightOf);
      }
    return column;
  };
}

function gridPriors(figures: Figures, tree: AreaContext['tree']): (area: number) => RatePrior {
  const ofSiblings = peerPriors({ shrinkage: 'group' }, tree, figures.usable);
  const ofLevel = peerPriors({ shrinkage: 'global' }, tree, figures.usable);
  const isUsable = (area: number) => (figures.usable.exposures[area] ?? 0) > 0;
  const sizes = tree.children.map((children) => children.filter(isUsable).length);
  return (area) => {
    const parent = tree.indexOf.get(at(tree.areas, area).parent ?? '') ?? -1;
    const siblings = ofSiblings(area);
    const isTelling = (sizes[parent] ?? 0) >= MIN_GROUP && siblings.mean > 0 && siblings.variance > 0;
    return isTelling ? siblings : ofLevel(area);
  };
}

type RateDraw = (area: number, random: Random) => number;

function rateDrawer(
  { usable }: Figures,
  priorOf: ((area: number) => RatePrior) | null,
  counts: DrawSetting['counts'],
): RateDraw {
  if (counts === 'poisson')
    return (area, random) => random.poisson(usable.counts[area] ?? 0) / (usable.exposures[area] ?? 1);
  const posteriors = Array.from(usable.counts, (count, area) => {
    const prior = priorOf?.(area) ?? null;
    const spread = prior && {
      ...prior,
      variance: Math.max(prior.variance, (MIN_VARIATION * prior.mean) ** 2),
    };
    return ratePosterior(count, usable.exposures[area] ?? 0, spread);
  });
  return (area, random) => {
    const { shape, rate } = at(posteriors, area);
    return random.gamma(shape) / rate;
  };
}
