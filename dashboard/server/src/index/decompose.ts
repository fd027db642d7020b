import { at, toMeanScale, weightedMean } from './aggregate.ts';
import { IndexError } from './errors.ts';
import type { Aggregation } from './framework-schema.ts';
import type { ModelNode } from './model.ts';

/** All scores of one unit or area. */
export interface ScoredNodes {
  name: string;
  nodes: readonly ModelNode[];
  /** Of a node by its position, before deductions; NaN where there is none. */
  scoreOf(node: number): number;
  /** Points taken off, by the code of the deduction. */
  deductions: ReadonlyMap<string, number>;
}

/** What one indicator adds to the difference of two scores, in points of the index. */
export interface DifferencePart {
  code: string;
  /** Because its normalised value differs. */
  value: number;
  /** Because its weight differs: it, or a sibling, is known on one occasion only, or the framework changed. */
  weight: number;
  total: number;
}

export interface Difference {
  from: number;
  to: number;
  change: number;
  parts: DifferencePart[];
  /** Points by which each deduction moved the score. */
  deductions: { code: string; total: number }[];
}

/**
 * Splits the difference between two scores of the index into its indicators, exactly: all totals add up to the
 * change. A mean is linear in f(x) with f = x, ln x or 1/x, so each child's part is K·Δ(w·f): K is 1 for the
 * arithmetic mean, the logarithmic mean of both scores for the geometric one (LMDI: Ang, Energy Policy 32, 2004), and
 * −S₀S₁ for the harmonic one. Where a value of 0 makes f infinite, values are exchanged one after another, in both
 * orders, and the two answers averaged.
 * @throws IndexError of kind `data` where a score is missing or the two hierarchies differ.
 */
export function decomposeScores(from: ScoredNodes, to: ScoredNodes): Difference {
  checkComparable(from, to);
  const parts = new Map<string, DifferencePart>();
  split(0, { from, to, parts, factor: 1 });
  const before = finalScore(from);
  const after = finalScore(to);
  const codes = new Set([...from.deductions.keys(), ...to.deductions.keys()]);
  return {
    from: before,
    to: after,
    change: after - before,
    parts: [...parts.values()],
    deductions: [...codes].map((code) => ({
      code,
      total: (from.deductions.get(code) ?? 0) - (to.deductions.get(code) ?? 0),
    })),
  };
}

function checkComparable(from: ScoredNodes, to: ScoredNodes): void {
  const shape = ({ nodes }: ScoredNodes) =>
    nodes.map((node) => [node.code, node.parent, node.aggregation]).join(' ');
  if (shape(from) !== shape(to))
    throw new IndexError('data', [
      'the two results have different hierarchies; compare results of one framework',
    ]);
  for (const side of [from, to])
    if (Number.isNaN(side.scoreOf(0)))
      throw new IndexError('data', [`unit "${side.name}" has no score to compare`]);
}

function finalScore({ scoreOf, deductions }: ScoredNodes): number {
  return [...deductions.values()].reduce((score, points) => score - points, scoreOf(0));
}

interface SplitContext {
  from: ScoredNodes;
  to: ScoredNodes;
  parts: Map<string, DifferencePart>;
  /** What one point of this node is worth in the index. */
  factor: number;
}

function split(id: number, context: SplitContext): void {
  const { from, to, factor } = context;
  const node = at(from.nodes, id);
  if (node.indicator >= 0) {
    add(context, node.code, { value: factor * (to.scoreOf(id) - from.scoreOf(id)), weight: 0 });
    return;
  }
  const pairs = node.children.map((child) => pairOf(child, from, to));
  const totals = { from: sumOf(pairs, 'fromWeight'), to: sumOf(pairs, 'toWeight') };
  const shares = pairs.map((pair) => ({
    ...pair,
    fromWeight: pair.fromWeight / totals.from,
    toWeight: pair.toWeight / totals.to,
  }));
  const effects = childEffects(node.aggregation, shares, [from.scoreOf(id), to.scoreOf(id)]);
  effects.forEach(({ slope, weight }, i) => {
    const { child, isOnBoth } = at(pairs, i);
    if (isOnBoth) split(child, { ...context, factor: factor * slope });
    spreadWeight(child, factor * weight, context);
  });
}

interface Pair {
  child: number;
  isOnBoth: boolean;
  fromValue: number;
  toValue: number;
  fromWeight: number;
  toWeight: number;
}

/** A child known on one occasion only keeps that value on the other, with a weight of 0. */
function pairOf(child: number, from: ScoredNodes, to: ScoredNodes): Pair {
  const [a, b] = [from.scoreOf(child), to.scoreOf(child)];
  const [hasA, hasB] = [!Number.isNaN(a), !Number.isNaN(b)];
  return {
    child,
    isOnBoth: hasA && hasB,
    fromValue: hasA ? a : hasB ? b : 0,
    toValue: hasB ? b : hasA ? a : 0,
    fromWeight: hasA ? at(from.nodes, child).weight : 0,
    toWeight: hasB ? at(to.nodes, child).weight : 0,
  };
}

function sumOf(pairs: readonly Pair[], key: 'fromWeight' | 'toWeight'): number {
  return pairs.reduce((sum, pair) => sum + pair[key], 0);
}

/** Per child: points of the parent per point of the child, and points from the change of its weight. */
interface ChildEffect {
  slope: number;
  weight: number;
}

function childEffects(kind: Aggregation, pairs: readonly Pair[], [s0, s1]: [number, number]): ChildEffect[] {
  const weighed = pairs.filter((pair) => pair.fromWeight + pair.toWeight > 0);
  const hasFiniteScale = weighed.every(
    ({ fromValue, toValue }) => kind === 'arithmetic' || (fromValue > 0 && toValue > 0),
  );
  if (!hasFiniteScale) return exchangeEffects(kind, pairs);
  const scale = scoreScale(kind, s0, s1);
  const centre = (toMeanScale(kind, s0) + toMeanScale(kind, s1)) / 2;
  return pairs.map(({ fromValue, toValue, fromWeight, toWeight }) => {
    if (fromWeight + toWeight === 0) return { slope: 0, weight: 0 };
    const middle = (toMeanScale(kind, fromValue) + toMeanScale(kind, toValue)) / 2;
    return {
      slope: scale * ((fromWeight + toWeight) / 2) * secantSlope(kind, fromValue, toValue),
      weight: scale * (toWeight - fromWeight) * (middle - centre),
    };
  });
}

/** ΔS ÷ Δf(S). */
function scoreScale(kind: Aggregation, s0: number, s1: number): number {
  if (kind === 'arithmetic') return 1;
  return kind === 'geometric' ? logarithmicMean(s0, s1) : -s0 * s1;
}

/** Δf(x) ÷ Δx. */
function secantSlope(kind: Aggregation, x0: number, x1: number): number {
  if (kind === 'arithmetic') return 1;
  return kind === 'geometric' ? 1 / logarithmicMean(x0, x1) : -1 / (x0 * x1);
}

/** (b − a) ÷ (ln b − ln a), and a where both are alike. */
export function logarithmicMean(a: number, b: number): number {
  const relative = (b - a) / a;
  return Math.abs(relative) < 1e-12 ? a : (b - a) / Math.log1p(relative);
}

function exchangeEffects(kind: Aggregation, pairs: readonly Pair[]): ChildEffect[] {
  const ascending = pairs.map((_, i) => i);
  const forward = exchangeInOrder(kind, pairs, ascending);
  const backward = exchangeInOrder(kind, pairs, ascending.toReversed());
  return pairs.map(({ fromValue, toValue, isOnBoth }, i) => {
    const points = ((forward[i] ?? 0) + (backward[i] ?? 0)) / 2;
    const step = toValue - fromValue;
    const isStep = isOnBoth && Math.abs(step) > 1e-9 * Math.max(fromValue, toValue);
    return isStep ? { slope: points / step, weight: 0 } : { slope: 0, weight: points };
  });
}

function exchangeInOrder(kind: Aggregation, pairs: readonly Pair[], order: readonly number[]): number[] {
  const values = Float64Array.from(pairs, (pair) => pair.fromValue);
  const weights = Float64Array.from(pairs, (pair) => pair.fromWeight);
  const effects = pairs.map(() => 0);
  let score = weightedMean(kind, values, weights);
  for (const i of order) {
    const pair = at(pairs, i);
    values[i] = pair.toValue;
    weights[i] = pair.toWeight;
    const mean = weightedMean(kind, values, weights);
    const next = Number.isNaN(mean) ? score : mean;
    effects[i] = next - score;
    score = next;
  }
  return effects;
}

/** Gives a node's weight effect to the indicators below it, in proportion to their weights. */
function spreadWeight(id: number, points: number, context: SplitContext): void {
  const node = at(context.from.nodes, id);
  if (node.indicator >= 0) {
    add(context, node.code, { value: 0, weight: points });
    return;
  }
  for (const child of node.children)
    spreadWeight(child, points * at(context.from.nodes, child).weight, context);
}

function add({ parts }: SplitContext, code: string, points: { value: number; weight: number }): void {
  const part = parts.get(code) ?? { code, value: 0, weight: 0, total: 0 };
  part.value += points.value;
  part.weight += points.weight;
  part.total = part.value + part.weight;
  parts.set(code, part);
}
