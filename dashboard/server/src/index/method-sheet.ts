import { at } from './aggregate.ts';
import type { EvidenceKind, Framework, LocalName, LocalProse, Target } from './framework-schema.ts';
import { compileModel, type Indicator, type ModelNode, type ResolvedTreatment } from './model.ts';

/** Everything a reader needs to check or doubt one indicator; texts that the framework does not give are null. */
export interface MethodSheet {
  code: string;
  name: LocalName;
  /** Codes from the index down to the node above. */
  path: string[];
  definition: LocalProse | null;
  formula: LocalProse;
  source: LocalProse | null;
  quality: LocalProse | null;
  evidence: EvidenceKind | null;
  unit: LocalName | null;
  direction: 'positive' | 'negative';
  /** Its share in the index, 0..1. */
  weight: number;
  goalposts: readonly [number, number] | null;
  normalisation: string;
  treatment: ResolvedTreatment | null;
  shrinkage: 'none' | 'global' | 'group';
  imputation: string;
  rollup: 'mean' | 'pool';
  minCoverage: number;
  minDenominator: number;
  targets: Target[];
}

/** One sheet per indicator, in the order of the framework. */
export function methodSheets(framework: Framework): MethodSheet[] {
  const { nodes, indicators } = compileModel(framework);
  return indicators.map((indicator) => {
    const node = at(nodes, indicator.node);
    const { maxPoints, log } = indicator.treatment;
    return {
      code: indicator.code,
      name: node.name ?? indicator.code,
      path: pathTo(node, nodes),
      definition: node.sheet.definition ?? null,
      formula: node.sheet.formula ?? formulaOf(indicator),
      source: node.sheet.source ?? null,
      quality: node.sheet.quality ?? null,
      evidence: indicator.evidence,
      unit: indicator.unit,
      direction: indicator.direction === 1 ? 'positive' : 'negative',
      weight: node.globalWeight,
      goalposts: indicator.goalposts,
      normalisation: indicator.normalisation.method,
      treatment: maxPoints === 0 && log === 'never' ? null : indicator.treatment,
      shrinkage: indicator.shrinkage,
      imputation: indicator.imputation.method,
      rollup: indicator.rollup,
      minCoverage: indicator.minCoverage,
      minDenominator: indicator.denominator?.min ?? 0,
      targets: (framework.targets ?? []).filter((target) => target.indicator === indicator.code),
    };
  });
}

function pathTo(node: ModelNode, nodes: readonly ModelNode[]): string[] {
  const parent = nodes[node.parent];
  return parent === undefined ? [] : [...pathTo(parent, nodes), parent.code];
}

function formulaOf({ column, denominator, log }: Indicator): string {
  const rate =
    denominator === null
      ? column
      : `${column} ÷ ${denominator.column}${denominator.per === 1 ? '' : ` × ${denominator.per}`}`;
  return log ? `ln(${rate})` : rate;
}

export interface TargetStatus {
  target: Target;
  /** In the target's unit; null where unknown. */
  value: number | null;
  isMet: boolean | null;
}

/**
 * Targets set beside the figures they are for. They never move a score.
 * @param figureOf an indicator's rate, or for a target without an indicator the figure of the target's own code;
 * null where it is unknown.
 */
export function checkTargets(
  { targets = [] }: Framework,
  figureOf: (code: string) => number | null,
): TargetStatus[] {
  return targets.map((target) => {
    const value = figureOf(target.indicator ?? target.code);
    const isMet =
      value === null ? null : target.sense === 'at-least' ? value >= target.value : value <= target.value;
    return { target, value, isMet };
  });
}
