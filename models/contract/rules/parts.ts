import { type Static, Type } from 'typebox';
import { KeySchema, LabelSchema, PointSchema, TimestampSchema, UnitSchema } from '../scalars.ts';
import { SeveritySchema } from '../severity.ts';

const ClockTimeSchema = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$',
  description: 'HH:MM, 24 h, site time',
});
const DaySchema = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: 'YYYY-MM-DD',
});
const WindowSchema = Type.Object({
  /** ISO weekdays, 1 = Monday … 7 = Sunday. */
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
  from: ClockTimeSchema,
  to: ClockTimeSchema,
});

/** When a rule is armed. No windows = always. A window whose end is before its start runs over midnight. */
export const ScheduleSchema = Type.Object({
  /** IANA name, for example Asia/Shanghai. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  windows: Type.Array(WindowSchema, { maxItems: 32 }),
  /** Days on which `holidayWindows` hold instead of the windows. */
  holidays: Type.Optional(Type.Array(DaySchema, { maxItems: 400 })),
  /** Windows of holidays, their `days` are not looked at; absent = armed all day, empty = not armed. */
  holidayWindows: Type.Optional(Type.Array(Type.Omit(WindowSchema, ['days']), { maxItems: 32 })),
});
export type Schedule = Static<typeof ScheduleSchema>;

export const ZoneSchema = Type.Object({
  id: KeySchema,
  name: LabelSchema,
  polygon: Type.Array(PointSchema, { minItems: 3, maxItems: 64 }),
});
export type Zone = Static<typeof ZoneSchema>;

/** A line of one or more pieces. Its left and right are those of somebody who walks along it from the first point to the last. */
export const LineSchema = Type.Object({
  id: KeySchema,
  name: LabelSchema,
  points: Type.Array(PointSchema, { minItems: 2, maxItems: 16 }),
});
export type Line = Static<typeof LineSchema>;

export const CrossingDirectionSchema = Type.Enum(['left-to-right', 'right-to-left']);
export type CrossingDirection = Static<typeof CrossingDirectionSchema>;

/** Common to every rule. */
export const ruleParts = {
  id: KeySchema,
  /** Camera ids or device codes; `*` = every camera of the gateway. */
  cameras: Type.Array(KeySchema, { minItems: 1, maxItems: 512 }),
  severity: SeveritySchema,
  schedule: Type.Optional(ScheduleSchema),
  /** Until then the rule runs on trial: what it would have raised is reported as such and never rings. */
  trialUntil: Type.Optional(TimestampSchema),
  /** After clearing, quiet for so long. */
  cooldownSeconds: Type.Number({ minimum: 0, maximum: 86_400 }),
  /** Time without cause before the alarm is cleared. */
  clearSeconds: Type.Number({ minimum: 0, maximum: 3600 }),
};

/** What a rule looks at. */
export const subjectParts = {
  labels: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    minItems: 1,
    maxItems: 80,
    description: 'COCO names, or the groups vehicle and two-wheeler',
  }),
  minConfidence: UnitSchema,
  /** Smallest box height as a share of the picture's height. */
  minHeight: UnitSchema,
};

export const SecondsSchema = (maximum: number) => Type.Number({ minimum: 0, maximum });
