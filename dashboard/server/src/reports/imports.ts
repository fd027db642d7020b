import { randomUUID } from 'node:crypto';
import type { Now } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { decodeText, parseCsv, writeCsv } from './csv-text.ts';
import { readWorkbook, writeWorkbook } from './documents.ts';
import {
  type Format,
  IMPORT_COLUMNS,
  type ImportKind,
  missingColumns,
  placeColumns,
  type Refusal,
} from './import-kinds.ts';
import {
  type IncidentReport,
  type MeasureReport,
  type PopulationReport,
  type RowSetting,
  readRows,
} from './import-rows.ts';

type Written = { accepted: number; unchanged: number };
type Audit = { at: Date; actor: string };
export type ImportSummary = Written & {
  id: string;
  kind: ImportKind;
  fileName: string;
  at: Date;
  actor: string;
  refusedRows: number;
  refused: Refusal[];
};

export type ImportPorts = {
  writeIncidents(reports: readonly IncidentReport[], audit: Audit): Promise<Written>;
  writeMeasures(reports: readonly MeasureReport[], audit: Audit): Promise<Written>;
  writePopulations(reports: readonly PopulationReport[], audit: Audit): Promise<Written>;
  keepReport(report: ImportSummary): Promise<void>;
  areaKind: RowSetting['areaKind'];
  timeZone: string;
  now: Now;
};

const MAX_ROWS = 100_000;
const SHOWN_REFUSALS = 500;
const NAME_LENGTH = 200;
const ZIP_SIGNATURE = 'PK';

export const FILE_TYPES: Record<Format, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

async function readTable(bytes: Buffer): Promise<string[][]> {
  const isWorkbook = bytes.subarray(0, 2).toString('latin1') === ZIP_SIGNATURE;
  const rows = isWorkbook ? await readWorkbook(bytes) : parseCsv(decodeText(bytes));
  if (rows.length < 2) {
    throw new Problem('invalid', {
      field: 'body.file',
      message:
        'The file has no rows: it needs a row of column names and at least one row below, as in the template.',
    });
  }
  if (rows.length > MAX_ROWS) {
    throw new Problem('too-large', { message: `The file has more than ${MAX_ROWS} rows: split it.` });
  }
  return rows;
}

function placesOf(kind: ImportKind, header: readonly string[]): Map<string, number> {
  const places = placeColumns(kind, header);
  const missing = missingColumns(kind, places);
  if (missing.length > 0) {
    const names = missing.map(({ zh, code }) => `${zh} (${code})`).join(', ');
    throw new Problem('invalid', {
      field: 'body.file',
      message: `The first row lacks these columns: ${names}. Take the template.`,
    });
  }
  return places;
}

/** Imports of files. Good rows of a file are kept even where others are refused; the report says which and why. */
export function createImports(ports: ImportPorts) {
  const { now } = ports;
  return {
    /** Throws the problems `invalid` and `too-large` for a file that cannot be read at all; nothing of it is kept then. */
    async run(upload: {
      kind: ImportKind;
      fileName: string;
      bytes: Buffer;
      actor: string;
    }): Promise<ImportSummary> {
      const { kind, actor } = upload;
      const [header = [], ...rows] = await readTable(upload.bytes);
      const at = new Date(now());
      const setting: RowSetting = { areaKind: ports.areaKind, timeZone: ports.timeZone, now: at.getTime() };
      const read = readRows(kind, { rows, places: placesOf(kind, header) }, setting);
      const audit = { at, actor };
      const written = {
        incidents: () => ports.writeIncidents(read.incidents, audit),
        measures: () => ports.writeMeasures(read.measures, audit),
        population: () => ports.writePopulations(read.population, audit),
      };
      const { accepted, unchanged } = await written[kind]();
      const report: ImportSummary = {
        id: randomUUID(),
        kind,
        fileName: upload.fileName.slice(0, NAME_LENGTH),
        ...audit,
        accepted,
        unchanged,
        refusedRows: read.refusedRows,
        refused: read.refusals.slice(0, SHOWN_REFUSALS),
      };
      await ports.keepReport(report);
      return report;
    },

    /** An empty form with one example row. */
    async template(kind: ImportKind, format: Format): Promise<{ name: string; type: string; bytes: Buffer }> {
      const columns = IMPORT_COLUMNS[kind];
      const names = columns.map(({ zh }) => zh);
      const example = columns.map((column) => column.example);
      const bytes =
        format === 'csv'
          ? writeCsv([names, example])
          : await writeWorkbook([{ title: kind, columns: names, rows: [example] }]);
      return { name: `${kind}-template.${format}`, type: FILE_TYPES[format], bytes };
    },
  };
}
