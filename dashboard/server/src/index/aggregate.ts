import { IndexError } from './errors.ts';
import type { Aggregation } from './framework-schema.ts';
import type { Model, ModelNode } from './model.ts';

/**
 * Weighted mean of one kind. Weights need not sum to 1. Geometric and harmonic means of a zero are 0.
 * @throws RangeError where a geometric or harmonic mean meets a negative value.
 */
export function weightedMean(kind: Aggregation, values: Float64Array, weights: Float64Array): number {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    if (kind !== 'arithmetic' && value < 0) throw new RangeError(`a ${kind} mean takes no negative value`);
    total += weight;
    sum += weight * toMeanScale(kind, value);
  }
  return total === 0 ? Number.NaN : fromMeanScale(kind, sum / total);
}

/** A mean of any kind is an arithmetic mean of f(x): x, ln x or 1/x. */
export function toMeanScale(kind: Aggregation, value: number): number {
  if (kind === 'arithmetic') return value;
  return kind === 'geometric' ? Math.log(value) : 1 / value;
}

function fromMeanScale(kind: Aggregation, value: number): number {
  if (kind === 'arithmetic') return value;
  return kind === 'geometric' ? Math.exp(value) : 1 / value;
}

/** Scores and data shares of every node of the model, each in the order of the units. */
export interface TreeScores {
  scores: Float64Array[];
  dataShares: Float64Array[];
}

export interface TreeInput {
  /** Normalised values per indicator; NaN is missing, and its weight goes to its present siblings. */
  normalised: readonly Float64Array[];
  /** 1 where the value was observed and not imputed, per indicator. */
  observed: readonly (Uint8Array | Float64Array)[];
  /** Weights per node among its siblings, in place of the model's. */
  weights?: Float64Array;
  unitNames: readonly string[];
}

/**
 * Weighted means from the indicators up to the index. The data share of a node is the part of its indicators
 * (by weight, or by number) that was observed; below the node's minimum the node has no score.
 * @throws IndexError of kind `arithmetic` naming node and unit.
 */
export function aggregateTree(model: Model, input: TreeInput): TreeScores {
  const size = input.unitNames.length;
  const scores: Float64Array[] = [];
  const dataShares: Float64Array[] = [];
  for (let id = model.nodes.length - 1; id >= 0; id -= 1) {
    const node = nodeAt(model, id);
    if (node.indicator >= 0) {
      scores[id] = at(input.normalised, node.indicator);
      dataShares[id] = new Float64Array(at(input.observed, node.indicator));
      continue;
    }
    const share = shareOf(model, node, dataShares, size);
    dataShares[id] = share;
    scores[id] = scoreParent(node, { model, scores, share, input });
  }
  return { scores, dataShares };
}

interface ParentContext {
  model: Model;
  scores: readonly Float64Array[];
  share: Float64Array;
  input: TreeInput;
}

/** Child by child over all units, which is what makes thousands of areas and runs cheap. */
function scoreParent(node: ModelNode, { model, scores, share, input }: ParentContext): Float64Array {
  const { aggregation: kind } = node;
  const size = share.length;
  const sums = new Float64Array(size);
  const totals = new Float64Array(size);
  for (const child of node.children) {
    const weight = input.weights?.[child] ?? nodeAt(model, child).weight;
    if (weight === 0) continue;
    const column = at(scores, child);
    for (let unit = 0; unit < size; unit += 1) {
      const value = column[unit] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (kind !== 'arithmetic' && value < 0 && !lacksData(node, share, unit))
        refuseNegative(node, unit, input);
      sums[unit] = (sums[unit] ?? 0) + weight * toMeanScale(kind, value);
      totals[unit] = (totals[unit] ?? 0) + weight;
    }
  }
  for (let unit = 0; unit < size; unit += 1) {
    const total = totals[unit] ?? 0;
    sums[unit] =
      total === 0 || lacksData(node, share, unit)
        ? Number.NaN
        : fromMeanScale(kind, (sums[unit] ?? 0) / total);
  }
  return sums;
}

function lacksData(node: ModelNode, share: Float64Array, unit: number): boolean {
  return (share[unit] ?? 0) + 1e-12 < node.minDataShare;
}

function refuseNegative({ code, aggregation }: ModelNode, unit: number, { unitNames }: TreeInput): never {
  throw new IndexError('arithmetic', [
    `node "${code}", unit "${unitNames[unit]}": a ${aggregation} mean takes no negative value; choose a range that starts above 0`,
  ]);
}

function shareOf(model: Model, node: ModelNode, shares: readonly Float64Array[], size: number): Float64Array {
  const total = new Float64Array(size);
  for (const child of node.children) {
    const { weight, leafCount } = nodeAt(model, child);
    const factor = model.shareMeasure === 'weight' ? weight : leafCount / node.leafCount;
    const share = at(shares, child);
    for (let unit = 0; unit < size; unit += 1) total[unit] = (total[unit] ?? 0) + factor * (share[unit] ?? 0);
  }
  return total;
}

export function nodeAt(model: Model, id: number): ModelNode {
  return at(model.nodes, id);
}

/** An element that must be there; a hole is a fault of the program. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no element ${index} among ${list.length}`);
  return item;
}
