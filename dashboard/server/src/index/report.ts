import { at } from './aggregate.ts';
import type { IndexResult } from './compute.ts';
import { contributionsOf } from './contributions.ts';
import { findNotes } from './notes.ts';

/** Scores as CSV: `unit`, then per node `<code>`, `<code>.rank`, `<code>.band`, `<code>.share`. Empty is no score. */
export function scoresToCsv(result: IndexResult): string {
  const header = [
    'unit',
    ...result.nodes.flatMap(({ code }) => [code, `${code}.rank`, `${code}.band`, `${code}.share`]),
  ];
  const rows = result.units.map((unit, i) => [
    unit,
    ...result.nodes.flatMap((node) => [
      numberCell(node.scores[i]),
      node.ranks[i] ? String(node.ranks[i]) : '',
      node.bands[i] ?? '',
      numberCell(node.dataShares[i]),
    ]),
  ]);
  return `${[header, ...rows].map((cells) => cells.map(quote).join(',')).join('\n')}\n`;
}

function numberCell(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A result as plain JSON: missing numbers are null, per unit all nodes and the way of every indicator. */
export function resultToJson(result: IndexResult): Record<string, unknown> {
  return { ...headToJson(result), units: result.units.map((unit, i) => unitToJson(result, unit, i)) };
}

/** The same JSON in pieces, so that a large table needs no text longer than a program can hold. */
export function* resultToJsonText(result: IndexResult): Generator<string> {
  yield `${JSON.stringify(headToJson(result)).slice(0, -1)},"units":[`;
  for (const [i, unit] of result.units.entries())
    yield `${i === 0 ? '' : ','}${JSON.stringify(unitToJson(result, unit, i))}`;
  yield ']}\n';
}

function headToJson(result: IndexResult): Record<string, unknown> {
  return {
    provenance: result.provenance,
    nodes: result.nodes.map(
      ({ code, name, level, parent, weight, globalWeight, aggregation, indicator }) => ({
        code,
        name,
        level,
        parent: result.nodes[parent]?.code ?? null,
        weight,
        globalWeight,
        aggregation: indicator < 0 ? aggregation : null,
      }),
    ),
    treatment: Object.fromEntries(
      result.indicators.map(({ code, treatmentRecord }) => [code, treatmentRecord]),
    ),
    notes: findNotes(result),
  };
}

function unitToJson(result: IndexResult, unit: string, i: number): Record<string, unknown> {
  const index = at(result.nodes, 0);
  const taken = result.deductions.reduce((sum, deduction) => sum + (deduction.taken[i] ?? 0), 0);
  const contributions = contributionsOf(
    result.nodes,
    (id) => (at(result.nodes, id).scores[i] ?? Number.NaN) + (id === 0 ? taken : 0),
  );
  return {
    unit,
    score: nullable(index.scores[i]),
    reason: Number.isNaN(index.scores[i]) ? 'insufficient' : null,
    rank: index.ranks[i] || null,
    ...(result.ranksInParent
      ? { parent: result.parents?.[i] ?? null, rankInParent: result.ranksInParent[i] || null }
      : {}),
    band: index.bands[i] ?? null,
    dataShare: index.dataShares[i],
    nodes: Object.fromEntries(
      result.nodes.map((node) => [
        node.code,
        {
          score: nullable(node.scores[i]),
          rank: node.ranks[i] || null,
          band: node.bands[i] ?? null,
          dataShare: node.dataShares[i],
        },
      ]),
    ),
    indicators: Object.fromEntries(
      result.indicators.map((indicator, k) => [
        indicator.code,
        {
          raw: nullable(indicator.raw[i]),
          rate: nullable(indicator.rates[i]),
          treated: nullable(indicator.treated[i]),
          normalised: nullable(indicator.normalised[i]),
          isObserved: indicator.observed[i] === 1,
          contribution: nullable(contributions[k]),
        },
      ]),
    ),
    deductions: Object.fromEntries(
      result.deductions.map(({ code, taken: points }) => [code, points[i] ?? 0]),
    ),
  };
}

function nullable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
