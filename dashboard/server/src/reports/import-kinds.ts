export type Bilingual = { zh: string; en: string };
export type ImportKind = 'incidents' | 'measures' | 'population';
export type Format = 'csv' | 'xlsx';
/** Why a row is not taken: its line in the file (the first row of names is 1), its column and the remedy. */
export type Refusal = { row: number; column: string; message: Bilingual };
export type ImportColumn = { code: string; zh: string; en: string; required: boolean; example: string };

const column = (code: string, zh: string, en: string, example: string, required = true): ImportColumn => ({
  code,
  zh,
  en,
  required,
  example,
});

const AREA = column('area', '区域编码', 'Area code', '440306901901901');

/** The columns of each file; a file may name them by code, in Chinese or in English, in any order. */
export const IMPORT_COLUMNS: Record<ImportKind, readonly ImportColumn[]> = {
  incidents: [
    column('source', '来源', 'Source', '110'),
    column('externalId', '事件编号', 'Report number', 'JJ20261101-0001'),
    AREA,
    column('category', '类别', 'Category', 'theft'),
    column('occurredAt', '发生时间', 'Occurred at', '2026-11-01 08:30'),
    column('reportedAt', '上报时间', 'Reported at', '2026-11-01 08:42'),
    column('escalatedAt', '报至区市时间', 'Escalated at', '', false),
    column('dueAt', '办结期限', 'Due at', '2026-11-04 18:00', false),
    column('closedAt', '办结时间', 'Closed at', '2026-11-03 16:20', false),
    column('reworked', '是否返工', 'Reworked', '否', false),
    column('deaths', '死亡人数', 'Deaths', '0', false),
  ],
  measures: [
    AREA,
    column('measure', '指标编码', 'Measure', 'patrols-planned'),
    column('date', '日期', 'Date', '2026-11-01'),
    column('value', '数值', 'Value', '40'),
  ],
  population: [
    AREA,
    column('date', '生效日期', 'Valid from', '2026-01-01'),
    column('people', '人口', 'People', '1250'),
  ],
};

export const SOURCES = {
  '110': { zh: '110', en: '110' },
  grid: { zh: '网格', en: 'grid' },
  property: { zh: '物业', en: 'property' },
} as const satisfies Record<string, Bilingual>;
export type IncidentSource = keyof typeof SOURCES;

/** Position of each column by its code; throws nothing: a missing one is told by `missingColumns`. */
export function placeColumns(kind: ImportKind, header: readonly string[]): Map<string, number> {
  const names = header.map((name) => name.trim().toLowerCase());
  return new Map(
    IMPORT_COLUMNS[kind].flatMap(({ code, zh, en }): [string, number][] => {
      const position = names.findIndex((name) => [code.toLowerCase(), zh, en.toLowerCase()].includes(name));
      return position < 0 ? [] : [[code, position]];
    }),
  );
}

/** Required columns that the header does not have. */
export const missingColumns = (kind: ImportKind, places: ReadonlyMap<string, number>): ImportColumn[] =>
  IMPORT_COLUMNS[kind].filter(({ code, required }) => required && !places.has(code));
