export type { Area } from './area-hierarchy.ts';
export {
  type AreaFacts,
  type AreaIndicatorScore,
  type AreaScore,
  type AreaTreeInput,
  type AreaTreeResult,
  computeAreaTree,
  type IndicatorFact,
} from './area-tree.ts';
export { bandOf, countConsecutiveAlerts, nextBand } from './bands.ts';
export { computeIndex, type IndexInput, type IndexResult, type Provenance } from './compute.ts';
export { readTable } from './csv.ts';
export { type Difference, type DifferencePart, decomposeDifference, type Occasion } from './decompose.ts';
export { leaveOneOutEffects, oneAtATimeEffects, type RankEffect } from './effects.ts';
export { IndexError, type IndexErrorKind } from './errors.ts';
export { parseFramework } from './framework.ts';
export { type Band, type Framework, FrameworkSchema } from './framework-schema.ts';
export { compileModel, type Model } from './model.ts';
export { resultToJson, scoresToCsv } from './report.ts';
export { analyseSensitivity, type RankCertainty, type SensitivityResult } from './sensitivity.ts';
export { shrinkGlobally, shrinkToNeighbours } from './shrinkage.ts';
export type { DataTable } from './table.ts';
