/** What the REST interface says of cameras' past and of the figures made of it. */
import { CameraFaultSchema, PictureFindingSchema, TimestampSchema } from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import { FIGURE_CODES } from '../health/figures.ts';
import { BilingualSchema, CameraItemSchema, PageOf, PageQuerySchema } from './schemas.ts';

const Text = Type.String();
const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()]);
const Share = Type.Number({ minimum: 0, maximum: 1 });
const DaySchema = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD' });

export const CameraStateKindSchema = Type.Enum(['connecting', 'streaming', 'failed', 'stopped', 'unknown']);

const filter = {
  gatewayId: Type.Optional(Type.String({ maxLength: 64 })),
  state: Type.Optional(CameraStateKindSchema),
  /** Cause of a failed camera. */
  cause: Type.Optional(CameraFaultSchema),
  finding: Type.Optional(PictureFindingSchema),
  /** Code of an area: cameras in it and below it. */
  area: Type.Optional(Type.String({ maxLength: 32 })),
  /** Part of the name, the code or the address. */
  search: Type.Optional(Type.String({ maxLength: 100 })),
};
export const CamerasQuerySchema = Type.Object({ ...PageQuerySchema.properties, ...filter });
export const CameraExportQuerySchema = Type.Object({
  ...filter,
  language: Type.Optional(Type.Enum(['zh-CN', 'en'])),
});
export type CameraFilterQuery = Omit<Static<typeof CameraExportQuerySchema>, 'language'>;

/** `total` and `online` count all cameras that the filter lets through, not only this page. */
export const CameraPageSchema = Type.Object({
  ...PageOf(CameraItemSchema).properties,
  total: Type.Integer(),
  online: Type.Integer(),
});

/** Without a value it reads "collecting": too little was observed. */
export const HealthFigureSchema = Type.Object({
  code: Type.Enum([...FIGURE_CODES]),
  unit: Type.Enum(['hours', 'cameras', 'attempts']),
  numerator: Type.Number(),
  denominator: Type.Number(),
  value: Nullable(Share),
  coverage: Share,
});

export const FiguresQuerySchema = Type.Object({
  by: Type.Enum(['area', 'gateway']),
  /** Days of the centre's time zone, both counted; the last seven without them. */
  from: Type.Optional(DaySchema),
  to: Type.Optional(DaySchema),
  area: Type.Optional(Type.String({ maxLength: 32 })),
  ...PageQuerySchema.properties,
});
export const FiguresPageSchema = Type.Object({
  from: DaySchema,
  to: DaySchema,
  rules: Type.Object({
    minimumCoverage: Share,
    clockToleranceSeconds: Type.Number(),
    clockMinimumSamples: Type.Integer(),
    clockAccurateShare: Share,
  }),
  items: Type.Array(
    Type.Object({
      /** Code of the area or id of the gateway. */
      key: Text,
      name: BilingualSchema,
      cameras: Type.Integer(),
      figures: Type.Array(HealthFigureSchema),
    }),
  ),
  next: Nullable(Text),
});

export const HistoryQuerySchema = Type.Object({
  /** The last 24 hours where they are not given; 31 days at most. */
  from: Type.Optional(TimestampSchema),
  to: Type.Optional(TimestampSchema),
});
export const MaintenanceSchema = Type.Object({
  id: Text,
  /** `gateway`: it concerns all cameras of the gateway. */
  scope: Type.Enum(['camera', 'gateway']),
  from: TimestampSchema,
  to: TimestampSchema,
  reason: Text,
  actor: Text,
});
export const CameraHistorySchema = Type.Object({
  from: TimestampSchema,
  to: TimestampSchema,
  /** Between two intervals nobody observed it: no data, not down. */
  intervals: Type.Array(
    Type.Object({
      kind: Type.Enum(['good', 'poor', 'streaming', 'down']),
      /** Why it was down; null while it was connecting. */
      cause: Nullable(CameraFaultSchema),
      findings: Type.Array(PictureFindingSchema),
      from: TimestampSchema,
      to: TimestampSchema,
    }),
  ),
  /** Older intervals of the span are left out. */
  truncated: Type.Boolean(),
  stepSeconds: Type.Integer(),
  samples: Type.Array(
    Type.Object({
      at: TimestampSchema,
      fps: Nullable(Type.Number()),
      bitrateKbps: Nullable(Type.Number()),
      lossRatio: Nullable(Type.Number()),
      jitterMs: Nullable(Type.Number()),
      clockOffsetMs: Nullable(Type.Number()),
      streaming: Share,
    }),
  ),
  maintenance: Type.Array(MaintenanceSchema),
  /** Over the days that the span touches. */
  figures: Type.Array(HealthFigureSchema),
});
export type CameraHistory = Static<typeof CameraHistorySchema>;

export const NewMaintenanceSchema = Type.Object(
  {
    scope: Type.Optional(Type.Enum(['camera', 'gateway'])),
    from: TimestampSchema,
    to: TimestampSchema,
    reason: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);
