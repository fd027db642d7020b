import { nodeAt } from './aggregate.ts';
import type { Framework } from './framework-schema.ts';
import { type Baseline, indexScores, prepareBaseline } from './sensitivity.ts';
import { competitionRanks, spearman } from './statistics.ts';
import type { DataTable } from './table.ts';
import { normalisationFor, rescaleWeights, resolvePlan } from './variation.ts';

/** How far ranks move when one choice changes and everything else stays. */
export interface RankEffect {
  factor: string;
  /** Mean of |rank − rank as configured| over the units ranked in both. */
  meanShift: number;
  maxShift: number;
  maxShiftUnit: string | null;
  /** Spearman's correlation with the scores as configured. */
  spearman: number;
}

/**
 * One at a time: every weight lower and higher by the plan's spread, every other normalisation and imputation.
 * @throws IndexError as `computeIndex` does.
 */
export function oneAtATimeEffects(framework: Framework, table: DataTable): RankEffect[] {
  const baseline = prepareBaseline(framework, table);
  const { model, input } = baseline;
  const plan = resolvePlan(framework);
  const weighted = model.nodes.flatMap((node, id) => {
    const hasSiblings = node.parent >= 0 && nodeAt(model, node.parent).children.length > 1;
    if (!hasSiblings || plan.weightSpread === 0) return [];
    return [1 - plan.weightSpread, 1 + plan.weightSpread].map((factor) => {
      const weights = rescaleWeights(model, (other) => (other === id ? factor : 1));
      const percent = Math.round((factor - 1) * 100);
      const label = `weight ${node.code} ${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
      return compare(baseline, label, indexScores(baseline, input, { weights }));
    });
  });
  const normalised = plan.normalisations.flatMap((choice) => {
    const normalisation = normalisationFor(model, choice);
    if (normalisation === null) return [];
    return [compare(baseline, `normalisation ${choice}`, indexScores(baseline, input, { normalisation }))];
  });
  const imputed = plan.imputations.flatMap((imputation) =>
    imputation === 'as-configured'
      ? []
      : [compare(baseline, `imputation ${imputation}`, indexScores(baseline, input, { imputation }))],
  );
  return [...weighted, ...normalised, ...imputed];
}

/** Each indicator left out in turn, its weight going to its siblings. Indicators without siblings are kept. */
export function leaveOneOutEffects(framework: Framework, table: DataTable): RankEffect[] {
  const baseline = prepareBaseline(framework, table);
  const { model, input } = baseline;
  return model.indicators.flatMap((indicator) => {
    const { parent } = nodeAt(model, indicator.node);
    const hasWeighedSibling =
      parent >= 0 &&
      nodeAt(model, parent).children.some((id) => id !== indicator.node && nodeAt(model, id).weight > 0);
    if (!hasWeighedSibling) return [];
    const weights = rescaleWeights(model, (id) => (id === indicator.node ? 0 : 1));
    return [compare(baseline, `without ${indicator.code}`, indexScores(baseline, input, { weights }))];
  });
}

function compare({ scores, table }: Baseline, factor: string, varied: Float64Array): RankEffect {
  const before = competitionRanks(scores);
  const after = competitionRanks(varied);
  let sum = 0;
  let count = 0;
  let maxShift = 0;
  let maxShiftUnit: string | null = null;
  before.forEach((rank, unit) => {
    const other = after[unit] ?? 0;
    if (rank === 0 || other === 0) return;
    const shift = Math.abs(other - rank);
    sum += shift;
    count += 1;
    if (shift > maxShift) {
      maxShift = shift;
      maxShiftUnit = table.units[unit] ?? null;
    }
  });
  return {
    factor,
    meanShift: count === 0 ? 0 : sum / count,
    maxShift,
    maxShiftUnit,
    spearman: spearman(scores, varied),
  };
}
