import { type Static, Type } from 'typebox';
import { SeveritySchema } from './event.ts';
import { KeySchema, LabelSchema, PointSchema, UnitSchema } from './scalars.ts';

const ClockTimeSchema = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$',
  description: 'HH:MM, 24 h, site time',
});

/** When a rule is armed. No windows = always. A window whose end is before its start runs over midnight. */
export const ScheduleSchema = Type.Object({
  /** IANA name, for example Asia/Shanghai. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  windows: Type.Array(
    Type.Object({
      /** ISO weekdays, 1 = Monday … 7 = Sunday. */
      days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
      from: ClockTimeSchema,
      to: ClockTimeSchema,
    }),
    { maxItems: 32 },
  ),
});
export type Schedule = Static<typeof ScheduleSchema>;

/** Somebody stands inside a polygon for longer than the dwell time. Seconds, never frames. */
export const ZoneIntrusionRuleSchema = Type.Object({
  kind: Type.Literal('zone-intrusion'),
  id: KeySchema,
  /** Camera ids or device codes; `*` = every camera of the gateway. */
  cameras: Type.Array(KeySchema, { minItems: 1, maxItems: 512 }),
  zone: Type.Object({
    id: KeySchema,
    name: LabelSchema,
    polygon: Type.Array(PointSchema, { minItems: 3, maxItems: 64 }),
  }),
  labels: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 80 }),
  /** Time inside before the alarm is raised. */
  dwellSeconds: Type.Number({ minimum: 0, maximum: 3600 }),
  /** Time with nobody inside before it is cleared. */
  clearSeconds: Type.Number({ minimum: 0, maximum: 3600 }),
  /** After clearing, quiet for so long. */
  cooldownSeconds: Type.Number({ minimum: 0, maximum: 86_400 }),
  minConfidence: UnitSchema,
  /** Smallest box height as a share of the picture's height. */
  minHeight: UnitSchema,
  severity: SeveritySchema,
  schedule: Type.Optional(ScheduleSchema),
});
export type ZoneIntrusionRule = Static<typeof ZoneIntrusionRuleSchema>;

export const RuleSchema = Type.Union([ZoneIntrusionRuleSchema]);
export type Rule = Static<typeof RuleSchema>;
