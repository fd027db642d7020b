import { RowReader } from './import-cells.ts';
import {
  type Bilingual,
  type ImportKind,
  type IncidentSource,
  type Refusal,
  SOURCES,
} from './import-kinds.ts';
import { categoryOf, isCategory, isOwnMeasure } from './incident-categories.ts';

export type IncidentReport = {
  source: IncidentSource;
  externalId: string;
  areaCode: string;
  category: string;
  occurredAt: Date;
  reportedAt: Date;
  escalatedAt: Date | null;
  dueAt: Date | null;
  closedAt: Date | null;
  reworked: boolean;
  deaths: number;
};
export type MeasureReport = { areaCode: string; measure: string; day: string; amount: number };
export type PopulationReport = { areaCode: string; validFrom: string; people: number };

export type RowSetting = {
  /** Whether the code is an area without areas below it, one with, or none. */
  areaKind(code: string): 'leaf' | 'parent' | 'unknown';
  timeZone: string;
  now: number;
};
export type Fault = { column: string; message: Bilingual };

const MEASURE = /^[a-z][a-z0-9-]{0,63}$/;
const MAX_AMOUNT = 1e12;
const MAX_PEOPLE = 100_000_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
const YEARS_AHEAD_MS = 10 * 365 * DAY_MS;

const fault = (column: string, zh: string, en: string): Fault => ({ column, message: { zh, en } });

function areaFaults(code: string, { areaKind }: RowSetting): Fault[] {
  const kind = areaKind(code);
  if (kind === 'leaf') return [];
  if (kind === 'parent') {
    return [fault('area', `${code} 有下级区域，请写到网格`, `${code} has areas below it: give the grid`)];
  }
  return [fault('area', `没有区域 ${code}，请核对编码`, `there is no area ${code}: check the code`)];
}

/** What no schema can say of a report: place, category, and times that can be. */
export function incidentFaults(report: IncidentReport, setting: RowSetting): Fault[] {
  const { occurredAt, reportedAt, dueAt, closedAt, escalatedAt } = report;
  const faults = areaFaults(report.areaCode, setting);
  if (!isCategory(report.category)) {
    faults.push(
      fault(
        'category',
        `没有类别 ${report.category}，见模板`,
        `there is no category ${report.category}: see the list`,
      ),
    );
  }
  const past: [string, Date | null][] = [
    ['occurredAt', occurredAt],
    ['reportedAt', reportedAt],
    ['escalatedAt', escalatedAt],
    ['closedAt', closedAt],
  ];
  for (const [column, at] of past) {
    if (at !== null && (at.getTime() < EARLIEST_MS || at.getTime() > setting.now + DAY_MS)) {
      faults.push(fault(column, '须在 2000 年之后且不晚于现在', 'must be after 2000 and not in the future'));
    }
  }
  if (dueAt !== null && (dueAt.getTime() < EARLIEST_MS || dueAt.getTime() > setting.now + YEARS_AHEAD_MS)) {
    faults.push(fault('dueAt', '须在 2000 年至十年之内', 'must be after 2000 and within ten years'));
  }
  if (closedAt !== null && closedAt < occurredAt) {
    faults.push(fault('closedAt', '早于发生时间，请核对', 'is before it occurred: check it'));
  }
  return faults;
}

const sourceOf = (text: string): IncidentSource | null => {
  const lower = text.toLowerCase();
  if (lower === '110') return '110';
  if (lower === 'grid' || text === SOURCES.grid.zh) return 'grid';
  return lower === 'property' || text === SOURCES.property.zh ? 'property' : null;
};

function readIncident(reader: RowReader, setting: RowSetting): IncidentReport | null {
  const source =
    sourceOf(reader.text('source')) ??
    reader.refuse('source', '请填 110、网格 或 物业', 'write 110, grid or property');
  const categoryText = reader.text('category');
  const report = {
    externalId: reader.text('externalId'),
    areaCode: reader.text('area', 64),
    category: categoryOf(categoryText) ?? categoryText,
    escalatedAt: reader.moment('escalatedAt', setting.timeZone),
    dueAt: reader.moment('dueAt', setting.timeZone),
    closedAt: reader.moment('closedAt', setting.timeZone),
    reworked: reader.yes('reworked'),
    deaths: reader.number('deaths', { min: 0, max: 10_000 }, 0),
  };
  reader.text('occurredAt');
  reader.text('reportedAt');
  const occurredAt = reader.moment('occurredAt', setting.timeZone);
  const reportedAt = reader.moment('reportedAt', setting.timeZone);
  if (source === null || occurredAt === null || reportedAt === null) return null;
  return { ...report, source, occurredAt, reportedAt };
}

function readMeasure(reader: RowReader): MeasureReport {
  const measure = reader.text('measure', 64);
  if (measure !== '' && !MEASURE.test(measure)) {
    reader.refuse(
      'measure',
      '编码由小写字母、数字和连字符组成',
      'a code has lower-case letters, digits and hyphens',
    );
  }
  if (isOwnMeasure(measure)) {
    reader.refuse(
      'measure',
      `${measure} 由系统按上报事件、告警和镜头计算，不能导入`,
      `${measure} is reckoned here from reports, alarms and cameras: it cannot be imported`,
    );
  }
  return {
    areaCode: reader.text('area', 64),
    measure,
    day: reader.day('date'),
    amount: reader.number('value', { min: 0, max: MAX_AMOUNT, decimals: true }),
  };
}

const readPopulation = (reader: RowReader): PopulationReport => ({
  areaCode: reader.text('area', 64),
  validFrom: reader.day('date'),
  people: reader.number('people', { min: 0, max: MAX_PEOPLE }),
});

export type ReadRows = {
  incidents: IncidentReport[];
  measures: MeasureReport[];
  population: PopulationReport[];
  refusals: Refusal[];
  refusedRows: number;
};

/** A row that can be kept; `key` says what it tells of. */
type Reading = { key: string; keep(): void };

function readRow(kind: ImportKind, reader: RowReader, setting: RowSetting, into: ReadRows): Reading | null {
  const refuseAll = (faults: readonly Fault[]) => {
    for (const { column, message } of faults) reader.refuse(column, message.zh, message.en);
  };
  if (kind === 'incidents') {
    const report = readIncident(reader, setting);
    if (report === null || reader.refusals.length > 0) return null;
    refuseAll(incidentFaults(report, setting));
    return { key: `${report.source} ${report.externalId}`, keep: () => into.incidents.push(report) };
  }
  if (kind === 'measures') {
    const report = readMeasure(reader);
    if (reader.refusals.length === 0) refuseAll(areaFaults(report.areaCode, setting));
    const { areaCode, measure, day } = report;
    return { key: `${areaCode} ${measure} ${day}`, keep: () => into.measures.push(report) };
  }
  const report = readPopulation(reader);
  if (reader.refusals.length === 0) refuseAll(areaFaults(report.areaCode, setting));
  return { key: `${report.areaCode} ${report.validFrom}`, keep: () => into.population.push(report) };
}

/**
 * Reads the rows of a file below its row of names. A row with any fault is refused whole; a row that tells again of the same
 * thing as an earlier row of the file is refused too. Empty rows are skipped.
 */
export function readRows(
  kind: ImportKind,
  { rows, places }: { rows: readonly (readonly string[])[]; places: ReadonlyMap<string, number> },
  setting: RowSetting,
): ReadRows {
  const read: ReadRows = { incidents: [], measures: [], population: [], refusals: [], refusedRows: 0 };
  const seen = new Map<string, number>();
  rows.forEach((cells, i) => {
    if (cells.every((cell) => cell.trim() === '')) return;
    const line = i + 2;
    const reader = new RowReader(line, cells, places);
    const reading = readRow(kind, reader, setting, read);
    const before = reading === null ? undefined : seen.get(reading.key);
    if (before !== undefined) {
      reader.refuse(
        '',
        `与第 ${before} 行重复，请删去一行`,
        `tells of the same as row ${before}: remove one`,
      );
    }
    if (reading === null || reader.refusals.length > 0) {
      read.refusedRows += 1;
      read.refusals.push(...reader.refusals);
      return;
    }
    seen.set(reading.key, line);
    reading.keep();
  });
  return read;
}
