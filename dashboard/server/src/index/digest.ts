import { createHash } from 'node:crypto';
import type { Framework } from './framework-schema.ts';
import type { DataTable } from './table.ts';

/** SHA-256 (hex) of a framework, whatever the order of its keys. */
export function digestFramework(framework: Framework): string {
  return sha256(canonicalJson(framework));
}

/** SHA-256 (hex) of the columns named, whatever the order of rows and columns; a missing value differs from 0. */
export function digestTable(table: DataTable, columns: Iterable<string>): string {
  const order = table.units.map((_, i) => i).sort((a, b) => compareText(table.units[a], table.units[b]));
  const names = [...new Set(columns)].sort(compareText);
  const hash = createHash('sha256').update(JSON.stringify(names));
  for (const i of order) {
    const cells = names.map((name) => numberText(table.columns.get(name)?.[i]));
    hash.update(
      JSON.stringify([table.units[i], table.groups?.[i] ?? null, table.parents?.[i] ?? null, ...cells]),
    );
  }
  return hash.digest('hex');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function numberText(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with the keys of every object in order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => compareText(a, b)))
      : item,
  );
}
