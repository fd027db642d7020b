import { IndexError } from './errors.ts';
import type { Model } from './model.ts';
import { type DataTable, neededColumns } from './table.ts';

const MAX_ROWS = 200_000;
const MAX_COLUMNS = 2_000;
const MAX_PROBLEMS = 100;
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null']);

export interface CsvRow {
  line: number;
  cells: string[];
}

/**
 * Splits CSV (RFC 4180: quoted cells, doubled quotes, line ends inside quotes; LF or CRLF; an optional byte order
 * mark). Empty lines are left out.
 * @throws IndexError of kind `data` where a quote is never closed or the table is too large.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let line = 1;
  let row: CsvRow = { line, cells: [] };
  let position = 0;
  while (position < source.length) {
    const cell = readCell(source, position, line);
    row.cells.push(cell.text);
    line += cell.lines;
    position = cell.end;
    const separator = source[position];
    position += 1;
    if (separator === ',') {
      if (position === source.length) row.cells.push('');
      continue;
    }
    if (separator === '\r' && source[position] === '\n') position += 1;
    if (row.cells.some((text) => text !== '')) rows.push(row);
    line += 1;
    row = { line, cells: [] };
    if (rows.length > MAX_ROWS) throw new IndexError('data', [`more than ${MAX_ROWS} rows; split the file`]);
  }
  if (row.cells.some((text) => text !== '')) rows.push(row);
  return rows;
}

interface Cell {
  text: string;
  end: number;
  lines: number;
}

const PLAIN = /[^,\r\n]*/y;
const QUOTED = /"([^"]*(?:""[^"]*)*)"[ \t]*(?=[,\r\n]|$)/y;

function readCell(source: string, start: number, line: number): Cell {
  if (source[start] !== '"') {
    PLAIN.lastIndex = start;
    const text = PLAIN.exec(source)?.[0] ?? '';
    return { text: text.trim(), end: start + text.length, lines: 0 };
  }
  QUOTED.lastIndex = start;
  const match = QUOTED.exec(source);
  if (match === null)
    throw new IndexError('data', [
      `line ${line}: a quoted cell is not closed, or text follows its closing quote`,
    ]);
  const text = (match[1] ?? '').replaceAll('""', '"');
  return { text: text.trim(), end: start + match[0].length, lines: text.split('\n').length - 1 };
}

/**
 * Reads the columns that a framework needs. The first column holds the units, unless `unit.id` names another.
 * @throws IndexError of kind `data` with every bad cell, by line and column.
 */
export function readTable(model: Model, text: string): DataTable {
  checkText(text);
  const [header, ...rows] = parseCsv(text);
  if (header === undefined || rows.length === 0)
    throw new IndexError('data', ['the data need a line of column names and at least one row']);
  const separator = otherSeparator(header);
  if (separator !== null)
    throw new IndexError('data', [
      `line ${header.line}, column 1: the cells seem to be separated by ${separator === '\t' ? 'tabs' : `"${separator}"`}; save the file with commas`,
    ]);
  const problems: string[] = [];
  const position = locateColumns(header.cells, problems);
  const { unit } = model.framework;
  const find = (name: string, reader: string): number => {
    const index = position.get(name);
    if (index === undefined)
      problems.push(
        `line ${header.line}: no column "${name}", which ${reader} needs; there are ${header.cells.slice(0, 60).join(', ')}`,
      );
    return index ?? -1;
  };
  const idColumn = unit?.id === undefined ? 0 : find(unit.id, 'unit.id');
  const groupColumn = unit?.group === undefined ? -1 : find(unit.group, 'unit.group');
  const parentColumn = unit?.parent === undefined ? -1 : find(unit.parent, 'unit.parent');
  const wanted = [...neededColumns(model)].map(([name, reader]) => ({ name, index: find(name, reader) }));
  if (problems.length > 0) throw new IndexError('data', problems);

  checkRows(rows, { width: header.cells.length, idColumn, problems });
  const columns = new Map(
    wanted.map(({ name, index }) => [
      name,
      Float64Array.from(rows, (row) => readNumber(row, { name, index, problems })),
    ]),
  );
  if (problems.length > 0) throw new IndexError('data', problems.slice(0, MAX_PROBLEMS));
  const texts = (index: number) => (index < 0 ? null : rows.map((row) => row.cells[index] ?? ''));
  return { units: texts(idColumn) ?? [], columns, groups: texts(groupColumn), parents: texts(parentColumn) };
}

/** A spreadsheet saved in another encoding reads as replacement characters, a binary file as zeros too. */
function checkText(text: string): void {
  const place = text.search(/[\uFFFD\0]/);
  if (place < 0) return;
  const line = text.slice(0, place).split('\n').length;
  throw new IndexError('data', [`line ${line}: is not UTF-8 text; save the file as CSV in UTF-8`]);
}

/** What else the header seems to be separated by; null for commas. */
function otherSeparator({ cells }: CsvRow): string | null {
  const [only = ''] = cells;
  if (cells.length > 1) return null;
  return [';', '\t', '|'].find((separator) => only.includes(separator)) ?? null;
}

function locateColumns(names: readonly string[], problems: string[]): Map<string, number> {
  const position = new Map<string, number>();
  if (names.length > MAX_COLUMNS)
    problems.push(`more than ${MAX_COLUMNS} columns; leave out those not needed`);
  names.forEach((name, index) => {
    if (position.has(name) && name !== '')
      problems.push(`line 1, column ${index + 1}: "${name}" is there twice`);
    position.set(name, index);
  });
  return position;
}

interface RowRules {
  width: number;
  idColumn: number;
  problems: string[];
}

function checkRows(rows: readonly CsvRow[], { width, idColumn, problems }: RowRules): void {
  const lines = new Map<string, number>();
  for (const { line, cells } of rows) {
    const unit = cells[idColumn] ?? '';
    if (cells.length !== width) problems.push(`line ${line}: ${cells.length} cells, but ${width} columns`);
    if (unit === '') problems.push(`line ${line}, column ${idColumn + 1}: the unit has no name`);
    else if (lines.has(unit))
      problems.push(`line ${line}: unit "${unit}" is already on line ${lines.get(unit)}`);
    lines.set(unit, line);
  }
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(
  row: CsvRow,
  { name, index, problems }: { name: string; index: number; problems: string[] },
): number {
  const text = row.cells[index] ?? '';
  if (MISSING.has(text.toLowerCase())) return Number.NaN;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value))
    problems.push(
      `line ${row.line}, column "${name}": "${text.slice(0, 40)}" is not a number; ${remedyFor(text)}`,
    );
  return value;
}

function remedyFor(text: string): string {
  const plain = text.normalize('NFKC');
  if (/^[+-]?[\d.,]+\s*[%‰]$/.test(plain)) return 'write it without the percent sign';
  if (/^[+-]?\d{1,3}([,’' \u00A0]\d{3})+(\.\d+)?$/.test(plain))
    return 'write it without thousands separators';
  if (/^[+-]?\d+,\d+$/.test(plain)) return 'write the decimals after a point';
  if (NUMBER.test(plain)) return Number.isFinite(Number(plain)) ? 'use plain digits' : 'it is too large';
  return 'leave it empty or NA if missing';
}
