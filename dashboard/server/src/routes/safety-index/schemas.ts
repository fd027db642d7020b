/** REST shapes of the 平安指数 beyond the live figure: periods, publications, frameworks, imports. */
import { TimestampSchema, UuidSchema } from '@pingan/models/contract';
import { type Static, type TSchema, Type } from 'typebox';
import { AreaLevelSchema, BilingualSchema, PageQuerySchema, RoleSchema } from '../schemas.ts';

const Text = Type.String();
const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const Score = Nullable(Type.Number());

/** A day (provisional), an ISO week or a calendar month, in the centre's time zone; `start` is its first day, YYYY-MM-DD. */
export const PeriodKindSchema = Type.Enum(['day', 'week', 'month']);
export const PeriodSchema = Type.Object({
  kind: PeriodKindSchema,
  start: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
});

export const BandSchema = Type.Object({ code: Text, name: BilingualSchema, colour: Text });

/** One node (indicator, pillar, sub-index or the index itself) of one area. */
export const NodeScoreSchema = Type.Object({
  code: Text,
  parent: Nullable(Text),
  name: BilingualSchema,
  kind: Type.Enum(['index', 'group', 'indicator']),
  /** Weight inside the parent, 0..1. */
  weight: Type.Number(),
  score: Score,
  /** Indicators only. */
  value: Nullable(Type.Number()),
  numerator: Nullable(Type.Number()),
  denominator: Nullable(Type.Number()),
  unit: Nullable(Text),
});

export const AreaResultSchema = Type.Object({
  code: Text,
  parent: Nullable(Text),
  level: AreaLevelSchema,
  name: BilingualSchema,
  sample: Type.Boolean(),
  score: Score,
  /** Why there is no score. */
  reason: Nullable(Type.Enum(['insufficient'])),
  band: Nullable(BandSchema),
  rank: Nullable(Type.Integer()),
  /** 90 % interval of the rank; areas whose intervals overlap are shown as tied. */
  rankInterval: Nullable(Type.Tuple([Type.Integer(), Type.Integer()])),
  dataShare: Type.Number(),
  areaShare: Type.Number(),
  /** Periods in a row in the worst band, this one included. */
  consecutiveRed: Type.Integer(),
  nodes: Type.Array(NodeScoreSchema),
  /** Points taken off the index, for example for deaths; only those that applied. */
  deductions: Type.Array(
    Type.Object({ code: Text, name: BilingualSchema, count: Type.Number(), points: Type.Number() }),
  ),
});

/** draft → submitted → published; a newer version of the same period makes it `superseded`. Nothing is ever overwritten. */
export const PublicationStateSchema = Type.Enum(['draft', 'submitted', 'published', 'superseded']);
export const PublicationHeadSchema = Type.Object({
  id: Text,
  period: PeriodSchema,
  version: Type.Integer(),
  state: PublicationStateSchema,
  computedAt: TimestampSchema,
  framework: Type.Object({ code: Text, version: Text, name: BilingualSchema, sha256: Text }),
  inputsSha256: Text,
  software: Text,
  author: Text,
  approver: Nullable(Text),
  publishedAt: Nullable(TimestampSchema),
  /** The district's score, for lists. */
  score: Score,
});
export const PublicationSchema = Type.Object({
  ...PublicationHeadSchema.properties,
  areas: Type.Array(AreaResultSchema),
  text: BilingualSchema,
  /** Text as the rules wrote it, before anybody edited it. */
  draftText: BilingualSchema,
});
/** A part of a publication: areas of one level, or one area with those right below it. */
export const PublicationQuerySchema = Type.Object({
  level: Type.Optional(AreaLevelSchema),
  area: Type.Optional(Type.String({ maxLength: 64 })),
});
export const ComputeBodySchema = Type.Object({ period: PeriodSchema });
export const EditTextSchema = Type.Object({
  text: Type.Object({ zh: Type.String({ maxLength: 20_000 }), en: Type.String({ maxLength: 20_000 }) }),
});

/** Exact parts of a difference: they add up to `to.score - from.score`. */
export const DecompositionSchema = Type.Object({
  from: Type.Object({ label: BilingualSchema, score: Type.Number() }),
  to: Type.Object({ label: BilingualSchema, score: Type.Number() }),
  difference: Type.Number(),
  parts: Type.Array(
    Type.Object({ code: Text, name: BilingualSchema, pillar: BilingualSchema, part: Type.Number() }),
  ),
});

export const TrendSchema = Type.Object({
  area: Text,
  kind: PeriodKindSchema,
  bands: Type.Array(Type.Object({ ...BandSchema.properties, from: Type.Number(), to: Type.Number() })),
  points: Type.Array(
    Type.Object({ publicationId: Text, start: Text, score: Score, provisional: Type.Boolean() }),
  ),
});

export const SensitivitySchema = Type.Object({
  publicationId: Text,
  level: AreaLevelSchema,
  runs: Type.Integer(),
  seed: Type.Integer(),
  areas: Type.Array(
    Type.Object({
      code: Text,
      name: BilingualSchema,
      score: Score,
      rank: Nullable(Type.Integer()),
      rankInterval: Nullable(Type.Tuple([Type.Integer(), Type.Integer()])),
      medianRank: Nullable(Type.Number()),
    }),
  ),
  /** How far ranks move (mean of absolute shifts) when one indicator is left out. */
  leaveOneOut: Type.Array(
    Type.Object({ code: Text, name: BilingualSchema, meanShift: Type.Number(), maxShift: Type.Integer() }),
  ),
  /** The same when one assumption is changed. */
  oneAtATime: Type.Array(
    Type.Object({ assumption: BilingualSchema, meanShift: Type.Number(), maxShift: Type.Integer() }),
  ),
});

/** What an indicator means and how good its data is. */
export const IndicatorSheetSchema = Type.Object({
  code: Text,
  name: BilingualSchema,
  pillar: BilingualSchema,
  definition: BilingualSchema,
  formula: Text,
  unit: Text,
  source: BilingualSchema,
  /** What to mind when reading it. */
  quality: Nullable(BilingualSchema),
  direction: Type.Enum(['higher-is-better', 'lower-is-better']),
  goalposts: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
  target: Nullable(Type.Number()),
  weight: Type.Number(),
  coverage: Type.Object({ areas: Type.Integer(), withData: Type.Integer() }),
});

export const FrameworkStateSchema = Type.Enum(['draft', 'submitted', 'active', 'retired']);
export const FrameworkHeadSchema = Type.Object({
  id: Text,
  code: Text,
  version: Text,
  name: BilingualSchema,
  sha256: Text,
  state: FrameworkStateSchema,
  author: Text,
  approver: Nullable(Text),
  at: TimestampSchema,
});
export const FrameworkSchema = Type.Object({ ...FrameworkHeadSchema.properties, yaml: Text });
export const FrameworkBodySchema = Type.Object({ yaml: Type.String({ minLength: 1, maxLength: 500_000 }) });
/** What a framework would say of the newest publication's inputs, beside what was said. */
export const PreviewSchema = Type.Object({
  problems: Type.Array(Type.Object({ path: Text, message: Text })),
  areas: Type.Array(
    Type.Object({ code: Text, name: BilingualSchema, level: AreaLevelSchema, before: Score, after: Score }),
  ),
});

/** Comparison with another publication (its id) or with another area (its code) of the same one. */
export const DecompositionQuerySchema = Type.Object({
  publication: UuidSchema,
  area: Type.String({ minLength: 1, maxLength: 64 }),
  against: Type.String({ minLength: 1, maxLength: 64 }),
});
export const TrendQuerySchema = Type.Object({
  area: Type.String({ minLength: 1, maxLength: 64 }),
  kind: PeriodKindSchema,
  /** Periods at most, the newest. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 400, default: 60 })),
});
export const SensitivityQuerySchema = Type.Object({
  level: AreaLevelSchema,
  runs: Type.Optional(Type.Integer({ minimum: 10, maximum: 2000, default: 1000 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, default: 1 })),
});
export const PublicationsQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  kind: Type.Optional(PeriodKindSchema),
  state: Type.Optional(PublicationStateSchema),
});
export const IncidentsQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  area: Type.Optional(Type.String({ maxLength: 64 })),
  category: Type.Optional(Type.String({ maxLength: 64 })),
  source: Type.Optional(Type.Enum(['110', 'grid', 'property'])),
});

export const ImportKindSchema = Type.Enum(['incidents', 'measures', 'population']);
/** Accepted rows are in the database; refused rows are listed with their place and the remedy, and nothing of them is kept. */
export const ImportReportSchema = Type.Object({
  id: Text,
  kind: ImportKindSchema,
  fileName: Text,
  at: TimestampSchema,
  actor: Text,
  accepted: Type.Integer(),
  unchanged: Type.Integer(),
  /** Rows refused in all; `refused` lists the first 500 faults. */
  refusedRows: Type.Integer(),
  refused: Type.Array(Type.Object({ row: Type.Integer(), column: Text, message: BilingualSchema })),
});

/** A reported incident: 110, grid or property report. Never a machine alert. */
export const IncidentSchema = Type.Object({
  id: Text,
  source: Type.Enum(['110', 'grid', 'property']),
  externalId: Type.String({ minLength: 1, maxLength: 128 }),
  /** A grid, or any area without areas below it. */
  areaCode: Type.String({ minLength: 1, maxLength: 64 }),
  /** One of GET /api/v1/incidents/categories. */
  category: Type.String({ minLength: 1, maxLength: 64 }),
  occurredAt: TimestampSchema,
  reportedAt: TimestampSchema,
  escalatedAt: Nullable(TimestampSchema),
  dueAt: Nullable(TimestampSchema),
  closedAt: Nullable(TimestampSchema),
  reworked: Type.Boolean(),
  deaths: Type.Integer({ minimum: 0, maximum: 10_000 }),
});
export const IncidentBodySchema = Type.Omit(IncidentSchema, ['id']);
/** One report or a list of them; the same source and externalId again changes the report, it never counts twice. */
export const IncidentsBodySchema = Type.Union([
  IncidentBodySchema,
  Type.Array(IncidentBodySchema, { minItems: 1, maxItems: 1000 }),
]);
/** All of a request is kept or nothing. */
export const IncidentsAnswerSchema = Type.Object({
  accepted: Type.Integer(),
  unchanged: Type.Integer(),
});
export const IncidentCategorySchema = Type.Object({
  code: Text,
  name: BilingualSchema,
  group: BilingualSchema,
});

/** Steps after periods in a row in the worst band: notice, interview … as configured. */
export const RedStepSchema = Type.Object({
  id: Text,
  areaCode: Text,
  areaName: BilingualSchema,
  publicationId: Text,
  step: Type.Object({ code: Text, name: BilingualSchema, afterPeriods: Type.Integer() }),
  state: Type.Enum(['open', 'done']),
  openedAt: TimestampSchema,
  doneAt: Nullable(TimestampSchema),
  actor: Nullable(Text),
  note: Text,
});

export const RedStepDoneSchema = Type.Object({ note: Type.String({ minLength: 1, maxLength: 500 }) });

export const NewUserSchema = Type.Object({
  username: Type.String({ minLength: 2, maxLength: 64, pattern: '^[^\\s\\u0000-\\u001f\\u007f]+$' }),
  password: Type.String({ minLength: 8, maxLength: 256 }),
  role: RoleSchema,
});
export const UserItemSchema = Type.Object({
  id: Text,
  username: Text,
  role: RoleSchema,
  disabled: Type.Boolean(),
  createdAt: TimestampSchema,
});

export type Period = Static<typeof PeriodSchema>;
export type Publication = Static<typeof PublicationSchema>;
export type PublicationHead = Static<typeof PublicationHeadSchema>;
export type AreaResult = Static<typeof AreaResultSchema>;
export type Decomposition = Static<typeof DecompositionSchema>;
export type Trend = Static<typeof TrendSchema>;
export type Sensitivity = Static<typeof SensitivitySchema>;
export type IndicatorSheet = Static<typeof IndicatorSheetSchema>;
export type FrameworkHead = Static<typeof FrameworkHeadSchema>;
export type ImportReport = Static<typeof ImportReportSchema>;
export type RedStep = Static<typeof RedStepSchema>;
export type PublicationState = PublicationHead['state'];
export type Preview = Static<typeof PreviewSchema>;
export type FrameworkFull = Static<typeof FrameworkSchema>;
export type Incident = Static<typeof IncidentSchema>;
export type IncidentBody = Static<typeof IncidentBodySchema>;
export type ImportKind = Static<typeof ImportKindSchema>;
export type UserItem = Static<typeof UserItemSchema>;
export type IncidentCategory = Static<typeof IncidentCategorySchema>;
export type AreaLevel = Static<typeof AreaLevelSchema>;
export type NodeScore = Static<typeof NodeScoreSchema>;
