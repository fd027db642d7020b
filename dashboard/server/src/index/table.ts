import { IndexError } from './errors.ts';
import type { Model } from './model.ts';

/** The data of one computation: one row per unit. NaN marks a missing value. */
export interface DataTable {
  units: string[];
  columns: ReadonlyMap<string, Float64Array>;
  groups: string[] | null;
  parents: string[] | null;
}

/** The numeric columns that a framework reads, each with the place that needs it. */
export function neededColumns(model: Model): Map<string, string> {
  const needed = new Map<string, string>();
  for (const { code, column, denominator } of model.indicators) {
    needed.set(column, `indicator "${code}"`);
    if (denominator) needed.set(denominator.column, `the denominator of "${code}"`);
  }
  for (const { code, column } of model.framework.deductions ?? []) needed.set(column, `deduction "${code}"`);
  return needed;
}

/** @throws IndexError of kind `data` naming every column that is missing or of another length. */
export function checkTable(model: Model, table: DataTable): void {
  const problems: string[] = [];
  if (table.units.length === 0) problems.push('the data have no unit; add at least one row');
  if (new Set(table.units).size !== table.units.length)
    problems.push('a unit is there twice; keep one row each');
  for (const [column, reader] of neededColumns(model)) {
    const values = table.columns.get(column);
    if (values === undefined) problems.push(`no column "${column}", which ${reader} needs`);
    else if (values.length !== table.units.length)
      problems.push(`column "${column}" has ${values.length} values for ${table.units.length} units`);
  }
  if (model.framework.unit?.group && table.groups === null)
    problems.push(`no column "${model.framework.unit.group}" of groups`);
  if (problems.length > 0) throw new IndexError('data', problems);
}

export function columnOf(table: DataTable, name: string): Float64Array {
  const values = table.columns.get(name);
  if (values === undefined) throw new IndexError('data', [`no column "${name}"`]);
  return values;
}
