import { resolveNormalisation } from './framework-rules.ts';
import type {
  Aggregation,
  EvidenceKind,
  Framework,
  FrameworkNode,
  ImputationMethod,
  LocalName,
  NormalisationMethod,
} from './framework-schema.ts';

export interface ResolvedNormalisation {
  method: NormalisationMethod;
  range: readonly [number, number];
  cap: boolean;
  ties: 'average' | 'min';
  mean: number;
  sd: number;
}

export interface ResolvedTreatment {
  maxPoints: number;
  skew: number;
  kurtosis: number;
  log: 'never' | 'fallback' | 'always';
}

export interface ResolvedImputation {
  method: ImputationMethod;
  stage: 'before-treatment' | 'after-treatment' | 'after-normalisation';
}

/** An indicator with all defaults filled in. `direction` is −1 where less is better. */
export interface Indicator {
  code: string;
  node: number;
  column: string;
  unit: LocalName | null;
  direction: 1 | -1;
  /** Below `min` the value is missing. */
  denominator: { column: string; per: number; min: number } | null;
  evidence: EvidenceKind | null;
  /** How a parent area's value comes about: the mean of its children's, or from sums of their figures. */
  rollup: 'mean' | 'pool';
  isCount: boolean;
  shrinkage: 'none' | 'global' | 'group';
  log: boolean;
  goalposts: readonly [number, number] | null;
  target: number | null;
  minCoverage: number;
  normalisation: ResolvedNormalisation;
  treatment: ResolvedTreatment;
  imputation: ResolvedImputation;
}

/** A node of the flattened hierarchy. `weight` is its share among its siblings, `globalWeight` in the index. */
export interface ModelNode {
  code: string;
  name: LocalName | null;
  sheet: NonNullable<FrameworkNode['sheet']>;
  level: number;
  parent: number;
  children: number[];
  weight: number;
  globalWeight: number;
  aggregation: Aggregation;
  minDataShare: number;
  indicator: number;
  leafCount: number;
}

/** A framework made ready for computing: nodes in preorder (the index is node 0), indicators in that order. */
export interface Model {
  framework: Framework;
  nodes: ModelNode[];
  indicators: Indicator[];
  shareMeasure: 'weight' | 'count';
}

export function compileModel(framework: Framework): Model {
  const model: Model = {
    framework,
    nodes: [],
    indicators: [],
    shareMeasure: framework.missing?.measure ?? 'weight',
  };
  addNode(model, framework.index, { parent: -1, level: 0, weight: 1, globalWeight: 1 });
  return model;
}

type Place = Pick<ModelNode, 'parent' | 'level' | 'weight' | 'globalWeight'>;

function addNode(model: Model, source: FrameworkNode, place: Place): ModelNode {
  const { framework } = model;
  const id = model.nodes.length;
  const node: ModelNode = {
    ...place,
    code: source.code,
    name: source.name ?? null,
    sheet: source.sheet ?? {},
    children: [],
    aggregation: source.aggregation ?? 'arithmetic',
    minDataShare: source.minDataShare ?? framework.missing?.minDataShare ?? 0,
    indicator: -1,
    leafCount: 0,
  };
  model.nodes.push(node);
  if (source.children === undefined) {
    node.indicator = model.indicators.length;
    node.minDataShare = 0;
    node.leafCount = 1;
    model.indicators.push(resolveIndicator(framework, source, id));
    return node;
  }
  const total = source.children.reduce((sum, child) => sum + (child.weight ?? 1), 0);
  for (const child of source.children) {
    const weight = (child.weight ?? 1) / total;
    node.children.push(model.nodes.length);
    const added = addNode(model, child, {
      parent: id,
      level: place.level + 1,
      weight,
      globalWeight: place.globalWeight * weight,
    });
    node.leafCount += added.leafCount;
  }
  return node;
}

function resolveIndicator(framework: Framework, source: FrameworkNode, node: number): Indicator {
  const normalisation = resolveNormalisation(framework, source);
  const treatment = source.treatment ?? framework.treatment;
  const imputation = source.imputation ?? framework.imputation;
  return {
    code: source.code,
    node,
    column: source.column ?? source.code,
    unit: source.unit ?? null,
    direction: source.direction === 'negative' ? -1 : 1,
    denominator: source.denominator
      ? {
          column: source.denominator.column,
          per: source.denominator.per ?? 1,
          min: source.denominator.min ?? 0,
        }
      : null,
    evidence: source.evidence ?? null,
    rollup: source.rollup ?? 'mean',
    isCount: source.count ?? false,
    shrinkage: source.shrinkage ?? 'none',
    log: source.transform === 'log',
    goalposts: source.goalposts ?? null,
    target: source.target ?? null,
    minCoverage: source.minCoverage ?? 0,
    normalisation: {
      method: normalisation.method,
      range: normalisation.range ?? [0, 100],
      cap: normalisation.cap ?? true,
      ties: normalisation.ties ?? 'average',
      mean: normalisation.mean ?? 0,
      sd: normalisation.sd ?? 1,
    },
    treatment: {
      maxPoints: treatment?.winsorise?.maxPoints ?? 0,
      skew: treatment?.winsorise?.skew ?? 2,
      kurtosis: treatment?.winsorise?.kurtosis ?? 3.5,
      log: treatment?.log ?? 'never',
    },
    imputation: { method: imputation?.method ?? 'none', stage: imputation?.stage ?? 'before-treatment' },
  };
}
