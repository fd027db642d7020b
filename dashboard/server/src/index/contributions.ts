import { at, toMeanScale } from './aggregate.ts';
import type { Aggregation } from './framework-schema.ts';
import type { ModelNode } from './model.ts';

/**
 * What each indicator contributes to the score of one unit; the contributions add up to the aggregated score.
 * All three means are homogeneous of degree one, so by Euler's theorem S = Σ x·∂S/∂x: w·x for the arithmetic,
 * w·S for the geometric and w·S²/x for the harmonic mean, with the weights of the children that are known.
 * @param nodes the nodes of a model, in its order.
 * @param scoreOf the unit's score of a node by its position; NaN where it has none.
 */
export function contributionsOf(
  nodes: readonly ModelNode[],
  scoreOf: (node: number) => number,
): Float64Array {
  const contributions = new Float64Array(nodes[0]?.leafCount ?? 0).fill(Number.NaN);
  descend(0, scoreOf(0));
  return contributions;

  function descend(id: number, points: number): void {
    const node = at(nodes, id);
    if (Number.isNaN(points)) return;
    if (node.indicator >= 0) {
      contributions[node.indicator] = points;
      return;
    }
    const score = scoreOf(id);
    const scale = score === 0 ? 0 : points / score;
    let total = 0;
    for (const child of node.children) if (!Number.isNaN(scoreOf(child))) total += at(nodes, child).weight;
    for (const child of node.children) {
      const value = scoreOf(child);
      if (Number.isNaN(value)) continue;
      const weight = at(nodes, child).weight / total;
      descend(child, score === 0 ? 0 : scale * eulerShare(node.aggregation, { weight, value, score }));
    }
  }
}

function eulerShare(
  kind: Aggregation,
  { weight, value, score }: { weight: number; value: number; score: number },
): number {
  if (kind === 'arithmetic') return weight * value;
  return kind === 'geometric' ? weight * score : weight * score * score * toMeanScale(kind, value);
}
