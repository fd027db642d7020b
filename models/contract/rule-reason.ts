import { type Static, Type } from 'typebox';
import { CrossingDirectionSchema, LineSchema } from './rules/parts.ts';
import { BoxSchema, CountSchema, UnitSchema } from './scalars.ts';

/** Figures a rule decides by; each has its words on the screens. */
export const REASON_MEASURES = {
  'stopped-seconds': { zh: '停留时长', en: 'stopped for', unit: 's' },
  people: { zh: '人数', en: 'people', unit: '' },
  density: { zh: '密度', en: 'density', unit: '' },
  'against-seconds': { zh: '逆行时长', en: 'against the direction for', unit: 's' },
  'unattended-seconds': { zh: '无人看管时长', en: 'unattended for', unit: 's' },
  'disturbed-seconds': { zh: '受扰时长', en: 'disturbed for', unit: 's' },
} as const;
export type ReasonMeasure = keyof typeof REASON_MEASURES;

/** What a rule adds to an event's detail, so that a screen can draw and say why it fired. */
export const RuleReasonParts = {
  line: Type.Optional(LineSchema),
  /** Which way the line was crossed. */
  direction: Type.Optional(CrossingDirectionSchema),
  /** More of those it is about, beside the first one in `track`. */
  tracks: Type.Optional(
    Type.Array(
      Type.Object({
        id: CountSchema,
        label: Type.String({ minLength: 1, maxLength: 64 }),
        confidence: UnitSchema,
        box: BoxSchema,
      }),
      { maxItems: 32 },
    ),
  ),
  /** What was measured and the limit it was held against. */
  measures: Type.Optional(
    Type.Array(
      Type.Object({
        kind: Type.Enum(Object.keys(REASON_MEASURES) as ReasonMeasure[]),
        value: Type.Number({ minimum: 0, maximum: 1e7 }),
        limit: Type.Number({ minimum: 0, maximum: 1e7 }),
      }),
      { maxItems: 8 },
    ),
  ),
};
const RuleReasonSchema = Type.Object(RuleReasonParts);
export type RuleReason = Static<typeof RuleReasonSchema>;
