import { aggregateTree, at } from './aggregate.ts';
import { type Area, type AreaTree, arrangeAreas } from './area-hierarchy.ts';
import { bandOf } from './bands.ts';
import { contributionsOf } from './contributions.ts';
import { digestFramework } from './digest.ts';
import { IndexError } from './errors.ts';
import type { Band, Framework } from './framework-schema.ts';
import { compileModel, type Indicator, type Model } from './model.ts';
import { normalise } from './normalise.ts';
import { competitionRanks } from './statistics.ts';

/** One figure of one area. `coverage` is the share (0..1) of what should have been observed that was. */
export interface IndicatorFact {
  numerator: number;
  denominator: number;
  coverage: number;
}

export type AreaFacts = Readonly<Record<string, Readonly<Record<string, IndicatorFact>>>>;

export interface AreaTreeInput {
  framework: Framework;
  areas: readonly Area[];
  /** By area code, then by indicator code. Facts belong to areas without children (grids). */
  facts: AreaFacts;
}

export interface AreaIndicatorScore {
  code: string;
  /** Sums over the area and all below it, for display as numerator / denominator; 0 / 0 where nothing is known. */
  numerator: number;
  denominator: number;
  /** On the common scale; null where unknown. */
  normalised: number | null;
  /** Share in the index by the framework. */
  weight: number;
  /** Points of the score that come from here; all add up to the score. Null where there is no score. */
  contribution: number | null;
}

export interface AreaScore {
  area: Area;
  score: number | null;
  reason: 'insufficient' | null;
  band: Band | null;
  /** Competition rank among the areas of the same level, 1 is best. */
  rank: number | null;
  /** Share of the indicators (by weight) that are known here. */
  dataShare: number;
  /** Share of the area (by people, else by number of grids) that lies in grids with a score. */
  areaShare: number;
  indicators: AreaIndicatorScore[];
}

export interface AreaTreeResult {
  framework: { code: string; version: string; sha256: string };
  areas: AreaScore[];
}

/**
 * The index of every area of a tree. A grid's indicators are numerator ÷ denominator on fixed goalposts. A parent's
 * are the means of its children's, weighed by people (by number of grids where a population is missing) and never by
 * cameras: cameras added where the state is poor would otherwise pull the parent down though nothing got worse.
 * Children without a score take no part; below `rollup.minAreaShare` the parent has none either.
 * @throws IndexError of kind `framework` for a normalisation that compares areas, of kind `data` for broken areas or facts.
 */
export function computeAreaTree({ framework, areas, facts }: AreaTreeInput): AreaTreeResult {
  const model = compileModel(framework);
  checkModel(model);
  const tree = arrangeAreas(areas);
  checkFacts(model, tree, facts);
  const state = createState(model, tree);
  for (const level of tree.bottomUp) scoreLevel(level, { model, tree, facts, state });
  return {
    framework: { code: framework.code, version: framework.version, sha256: digestFramework(framework) },
    areas: rankLevels(areas.map((_, i) => describeArea(i, { model, tree, facts, state }))),
  };
}

function checkModel({ indicators, framework }: Model): void {
  const problems = indicators
    .filter(({ normalisation }) => normalisation.method !== 'goalposts' && normalisation.method !== 'none')
    .map(
      ({ code, normalisation }) =>
        `indicator "${code}": "${normalisation.method}" compares areas; use goalposts`,
    );
  if (framework.deductions?.length) problems.push('deductions: an area tree takes none; remove them');
  if (problems.length > 0) throw new IndexError('framework', problems);
}

function checkFacts(model: Model, tree: AreaTree, facts: AreaFacts): void {
  const known = new Set(model.indicators.map(({ code }) => code));
  const problems = Object.entries(facts).flatMap(([code, figures]) => {
    const index = tree.indexOf.get(code);
    if (index === undefined) return [`facts of "${code}": there is no such area`];
    if (at(tree.children, index).length > 0)
      return [`facts of "${code}": the area has areas below it; give the facts to one of those`];
    return Object.entries(figures).flatMap(([indicator, fact]) => {
      const place = `facts of "${code}", "${indicator}"`;
      if (!known.has(indicator)) return [`${place}: the framework has no such indicator`];
      const isSound =
        fact.numerator >= 0 && fact.denominator >= 0 && fact.coverage >= 0 && fact.coverage <= 1;
      return isSound ? [] : [`${place}: numerator and denominator must be 0 or more, coverage 0 to 1`];
    });
  });
  if (problems.length > 0) throw new IndexError('data', problems.slice(0, 100));
}

/** Figures per indicator and area, filled from the grids upwards. */
interface AreaState {
  normalised: Float64Array[];
  numerators: Float64Array[];
  denominators: Float64Array[];
  /** Per node of the model and area. */
  scores: Float64Array[];
  dataShares: Float64Array;
  areaShares: Float64Array;
}

function createState(model: Model, { weights }: AreaTree): AreaState {
  const perIndicator = (fill: number) =>
    model.indicators.map(() => new Float64Array(weights.length).fill(fill));
  return {
    normalised: perIndicator(Number.NaN),
    numerators: perIndicator(0),
    denominators: perIndicator(0),
    scores: model.nodes.map(() => new Float64Array(weights.length).fill(Number.NaN)),
    dataShares: new Float64Array(weights.length),
    areaShares: new Float64Array(weights.length),
  };
}

interface AreaContext {
  model: Model;
  tree: AreaTree;
  facts: AreaFacts;
  state: AreaState;
}

function scoreLevel(level: readonly number[], context: AreaContext): void {
  const { model, tree, state } = context;
  for (const area of level) {
    if (at(tree.children, area).length === 0) readFacts(area, context);
    else rollUp(area, context);
  }
  const normalised = state.normalised.map((column) =>
    Float64Array.from(level, (area) => column[area] ?? Number.NaN),
  );
  const { scores, dataShares } = aggregateTree(model, {
    normalised,
    observed: normalised.map((column) => Uint8Array.from(column, (value) => (Number.isNaN(value) ? 0 : 1))),
    unitNames: level.map((area) => at(tree.areas, area).code),
  });
  const minAreaShare = model.framework.rollup?.minAreaShare ?? 0;
  level.forEach((area, i) => {
    state.dataShares[area] = at(dataShares, 0)[i] ?? 0;
    const isLeaf = at(tree.children, area).length === 0;
    const isScored = !Number.isNaN(at(scores, 0)[i]);
    if (isLeaf) state.areaShares[area] = isScored ? 1 : 0;
    if ((state.areaShares[area] ?? 0) + 1e-12 < minAreaShare) return;
    scores.forEach((column, node) => {
      at(state.scores, node)[area] = column[i] ?? Number.NaN;
    });
  });
}

function readFacts(area: number, { model, tree, facts, state }: AreaContext): void {
  const figures = facts[at(tree.areas, area).code] ?? {};
  model.indicators.forEach((indicator, i) => {
    const fact = figures[indicator.code];
    if (fact === undefined) return;
    at(state.numerators, i)[area] = fact.numerator;
    at(state.denominators, i)[area] = fact.denominator;
    if (fact.denominator === 0 || fact.coverage < indicator.minCoverage) return;
    at(state.normalised, i)[area] = normaliseFact(indicator, fact);
  });
}

function normaliseFact(indicator: Indicator, { numerator, denominator }: IndicatorFact): number {
  const per = indicator.denominator?.per ?? 1;
  const rate = (numerator / denominator) * per;
  return normalise(Float64Array.of(indicator.log ? Math.log(rate) : rate), indicator)[0] ?? Number.NaN;
}

function rollUp(area: number, { tree, state }: AreaContext): void {
  const children = at(tree.children, area);
  const weightOf = (child: number) => tree.weights[child] ?? 0;
  const scored = children.filter((child) => !Number.isNaN(at(state.scores, 0)[child]));
  const total = children.reduce((sum, child) => sum + weightOf(child), 0);
  const covered = scored.reduce((sum, child) => sum + weightOf(child) * (state.areaShares[child] ?? 0), 0);
  state.areaShares[area] = total === 0 ? 0 : covered / total;
  state.normalised.forEach((column, i) => {
    column[area] = meanOver(scored, column, weightOf);
    const sum = (figures: Float64Array) => children.reduce((all, child) => all + (figures[child] ?? 0), 0);
    at(state.numerators, i)[area] = sum(at(state.numerators, i));
    at(state.denominators, i)[area] = sum(at(state.denominators, i));
  });
}

function meanOver(
  areas: readonly number[],
  column: Float64Array,
  weightOf: (area: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const area of areas) {
    const value = column[area] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += weightOf(area) * value;
    total += weightOf(area);
  }
  return total === 0 ? Number.NaN : sum / total;
}

function describeArea(index: number, { model, tree, state }: AreaContext): AreaScore {
  const score = at(state.scores, 0)[index] ?? Number.NaN;
  const contributions = contributionsOf(model.nodes, (node) => at(state.scores, node)[index] ?? Number.NaN);
  return {
    area: at(tree.areas, index),
    score: nullable(score),
    reason: Number.isNaN(score) ? 'insufficient' : null,
    band: bandOf(score, model.framework.bands ?? []),
    rank: null,
    dataShare: state.dataShares[index] ?? 0,
    areaShare: state.areaShares[index] ?? 0,
    indicators: model.indicators.map((indicator, i) => ({
      code: indicator.code,
      numerator: at(state.numerators, i)[index] ?? 0,
      denominator: at(state.denominators, i)[index] ?? 0,
      normalised: nullable(at(state.normalised, i)[index]),
      weight: at(model.nodes, indicator.node).globalWeight,
      contribution: nullable(contributions[i]),
    })),
  };
}

function nullable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function rankLevels(scores: readonly AreaScore[]): AreaScore[] {
  const ranked = new Map<AreaScore, number>();
  for (const peers of Map.groupBy(scores, ({ area }) => area.level).values()) {
    const ranks = competitionRanks(Float64Array.from(peers, ({ score }) => score ?? Number.NaN));
    peers.forEach((peer, i) => {
      ranked.set(peer, ranks[i] ?? 0);
    });
  }
  return scores.map((own) => ({ ...own, rank: ranked.get(own) || null }));
}
