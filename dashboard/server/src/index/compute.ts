import { at } from './aggregate.ts';
import { bandOf } from './bands.ts';
import { deduct } from './deductions.ts';
import { digestFramework, digestTable, sha256 } from './digest.ts';
import { evaluate } from './evaluate.ts';
import type { Framework } from './framework-schema.ts';
import { compileModel, type Indicator, type Model, type ModelNode } from './model.ts';
import { indicatorRates } from './rates.ts';
import { competitionRanks } from './statistics.ts';
import { checkTable, columnOf, type DataTable, neededColumns } from './table.ts';
import type { TreatmentRecord } from './treat.ts';

/** Scores of one node in the order of the units: NaN is no score, rank 0 is no rank, rank 1 is best. */
export interface NodeResult extends ModelNode {
  scores: Float64Array;
  ranks: Int32Array;
  dataShares: Float64Array;
  bands: (string | null)[];
}

/** The way of one indicator, step by step, in the order of the units; NaN is missing. */
export interface IndicatorResult extends Indicator {
  raw: Float64Array;
  rates: Float64Array;
  treated: Float64Array;
  normalised: Float64Array;
  observed: Uint8Array;
  treatmentRecord: TreatmentRecord;
}

/** What makes a result repeatable: the same digest means the same framework and the same data. */
export interface Provenance {
  framework: { code: string; version: string; sha256: string };
  data: { sha256: string };
  inputsSha256: string;
  softwareVersion: string;
}

export interface IndexResult {
  provenance: Provenance;
  units: string[];
  parents: string[] | null;
  /** In preorder; the first is the index itself, after deductions. */
  nodes: NodeResult[];
  indicators: IndicatorResult[];
  /** Ranks of the index among the units of one parent, where the framework names a parent column. */
  ranksInParent: Int32Array | null;
  /** Points taken off the index per deduction. */
  deductions: { code: string; taken: Float64Array }[];
}

export interface IndexInput {
  framework: Framework;
  table: DataTable;
  softwareVersion: string;
}

/**
 * Computes an index: denominate and shrink → impute → treat → direction → normalise → aggregate → deduct → rank.
 * @throws IndexError of kind `data` or `arithmetic`, naming column, unit and node.
 */
export function computeIndex({ framework, table, softwareVersion }: IndexInput): IndexResult {
  const model = compileModel(framework);
  checkTable(model, table);
  const rates = indicatorRates(model, table);
  const evaluation = evaluate(model, { rates, groups: table.groups, unitNames: table.units });
  const deducted = deduct(model, table, at(evaluation.scores, 0));
  return {
    provenance: provenanceOf(model, table, softwareVersion),
    units: table.units,
    parents: table.parents,
    ranksInParent: rankInParents(deducted.scores, table.parents),
    nodes: model.nodes.map((node, id) => {
      const scores = id === 0 ? deducted.scores : at(evaluation.scores, id);
      return {
        ...node,
        scores,
        ranks: competitionRanks(scores),
        dataShares: at(evaluation.dataShares, id),
        bands: Array.from(scores, (score) => bandOf(score, framework.bands ?? [])?.code ?? null),
      };
    }),
    indicators: model.indicators.map((indicator, i) => {
      const { treatment, ...trace } = at(evaluation.traces, i);
      return {
        ...indicator,
        ...trace,
        treatmentRecord: treatment,
        raw: columnOf(table, indicator.column),
        rates: at(rates, i),
      };
    }),
    deductions: (framework.deductions ?? []).map(({ code }, i) => ({ code, taken: at(deducted.taken, i) })),
  };
}

function rankInParents(scores: Float64Array, parents: readonly string[] | null): Int32Array | null {
  if (parents === null) return null;
  const ranks = new Int32Array(scores.length);
  for (const units of Map.groupBy(scores.keys(), (unit) => parents[unit]).values()) {
    const own = competitionRanks(Float64Array.from(units, (unit) => scores[unit] ?? Number.NaN));
    units.forEach((unit, i) => {
      ranks[unit] = own[i] ?? 0;
    });
  }
  return ranks;
}

export function provenanceOf(model: Model, table: DataTable, softwareVersion: string): Provenance {
  const { framework } = model;
  const frameworkSha256 = digestFramework(framework);
  const dataSha256 = digestTable(table, neededColumns(model).keys());
  return {
    framework: { code: framework.code, version: framework.version, sha256: frameworkSha256 },
    data: { sha256: dataSha256 },
    inputsSha256: sha256(`${frameworkSha256}\n${dataSha256}`),
    softwareVersion,
  };
}
