import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Publication } from '../index/index.ts';
import type { AreaLevel } from '../registry/areas.ts';
import type { Refusal } from '../reports/import-kinds.ts';
import type { PeriodFigures } from '../reports/period-figures.ts';
import type { Sensitivity } from '../routes/safety-index/schemas.ts';

/** JSON that is written as text and read as T. */
type Json<T extends object> = JSONColumnType<T, string, string>;
/** A day, YYYY-MM-DD. */
type Day = ColumnType<string, string, string>;

export type IncidentSource = '110' | 'grid' | 'property';
export type IncidentsTable = {
  id: string;
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

export type ReportSpansTable = { source: IncidentSource; firstDay: Day; lastDay: Day };
export type MeasuresTable = { areaCode: string; measure: string; day: Day; amount: number };
export type PopulationsTable = { areaCode: string; validFrom: Day; people: number };

/** One measure of one area on one day; `coverage` is the share (0..1) of what should have been observed that was. */
export type DailyFiguresTable = {
  day: Day;
  areaCode: string;
  measure: string;
  /** Rows of one origin are made anew together. */
  origin: 'events' | 'devices' | 'measures';
  amount: number;
  coverage: number;
};
export type TouchedDaysTable = { day: Day };

export type ImportKind = 'incidents' | 'measures' | 'population';
export type ImportsTable = {
  id: string;
  kind: ImportKind;
  fileName: string;
  at: Date;
  actor: string;
  accepted: number;
  unchanged: number;
  refusedRows: number;
  refused: Json<Refusal[]>;
};

export type FrameworkState = 'draft' | 'submitted' | 'active' | 'retired';
export type FrameworksTable = {
  id: string;
  code: string;
  version: string;
  nameZh: string;
  nameEn: string;
  sha256: string;
  yaml: string;
  state: FrameworkState;
  author: string;
  submitter: string | null;
  approver: string | null;
  at: Date;
};

export type PeriodKind = 'day' | 'week' | 'month';
export type PublicationState = 'draft' | 'submitted' | 'published' | 'superseded';
export type PublicationsTable = {
  id: string;
  kind: PeriodKind;
  start: Day;
  version: number;
  computedAt: Date;
  frameworkId: string;
  inputsSha256: string;
  software: string;
  /** The root area's. */
  score: number | null;
  content: Json<Publication>;
  inputs: Json<PeriodFigures>;
  draftZh: string;
  draftEn: string;
  author: string;
  state: PublicationState;
  textZh: string;
  textEn: string;
  editor: string | null;
  submitter: string | null;
  approver: string | null;
  publishedAt: Date | null;
};

export type PublicationScoresTable = {
  publicationId: string;
  areaCode: string;
  level: AreaLevel;
  score: number | null;
  band: string | null;
  rank: number | null;
  rankLow: number | null;
  rankHigh: number | null;
  consecutiveRed: number;
};

export type SensitivitiesTable = {
  publicationId: string;
  level: AreaLevel;
  runs: number;
  seed: number;
  result: Json<Sensitivity>;
};

export type RedStepsTable = {
  id: string;
  areaCode: string;
  publicationId: string;
  kind: PeriodKind;
  start: Day;
  stepCode: string;
  stepZh: string;
  stepEn: string;
  afterPeriods: number;
  state: Generated<'open' | 'done'>;
  openedAt: Date;
  doneAt: Date | null;
  actor: string | null;
  note: Generated<string>;
};

export type IndexTables = {
  incidents: IncidentsTable;
  reportSpans: ReportSpansTable;
  measures: MeasuresTable;
  populations: PopulationsTable;
  dailyFigures: DailyFiguresTable;
  touchedDays: TouchedDaysTable;
  imports: ImportsTable;
  frameworks: FrameworksTable;
  publications: PublicationsTable;
  publicationScores: PublicationScoresTable;
  sensitivities: SensitivitiesTable;
  redSteps: RedStepsTable;
};
