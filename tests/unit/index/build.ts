import { type DataTable, type Framework, parseFramework } from '../../../dashboard/server/src/index/index.ts';

/** A table from columns of numbers; null is missing. Units are u1, u2, … */
export function tableOf(
  columns: Record<string, (number | null)[]>,
  groups: string[] | null = null,
): DataTable {
  const entries = Object.entries(columns);
  const size = entries[0]?.[1].length ?? 0;
  return {
    units: Array.from({ length: size }, (_, i) => `u${i + 1}`),
    columns: new Map(
      entries.map(([name, values]) => [name, Float64Array.from(values, (v) => v ?? Number.NaN)]),
    ),
    groups,
    parents: null,
  };
}

/** A framework of the given index node, with what else a test needs. */
export function frameworkOf(index: object, rest: object = {}): Framework {
  return parseFramework({ code: 'test', version: '1', ...rest, index });
}

export function indicatorsOf(codes: readonly string[], fields: object = {}): object[] {
  return codes.map((code) => ({ code, ...fields }));
}
