import { type Static, Type } from 'typebox';
import { PICTURE_FINDINGS, type PictureFinding } from '../picture-finding.ts';
import {
  CrossingDirectionSchema,
  LineSchema,
  ruleParts,
  SecondsSchema,
  subjectParts,
  ZoneSchema,
} from './parts.ts';

export { groupOf, labelsOf } from './label-groups.ts';
export {
  type CrossingDirection,
  CrossingDirectionSchema,
  type Line,
  LineSchema,
  type Schedule,
  ScheduleSchema,
  type Zone,
  ZoneSchema,
} from './parts.ts';

const inZone = { ...ruleParts, ...subjectParts, zone: ZoneSchema };
const atLine = { ...ruleParts, ...subjectParts, line: LineSchema };
const PeopleSchema = Type.Integer({ minimum: 1, maximum: 1000 });

/** 区域入侵: somebody's foot point is in the zone for `dwellSeconds`. */
export const ZoneIntrusionRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('zone-intrusion'),
  dwellSeconds: SecondsSchema(3600),
});
export type ZoneIntrusionRule = Static<typeof ZoneIntrusionRuleSchema>;

/** 越线: a foot point passes from one side of the line to the other. */
export const LineCrossingRuleSchema = Type.Object({
  ...atLine,
  kind: Type.Literal('line-crossing'),
  direction: Type.Union([CrossingDirectionSchema, Type.Literal('both')]),
});
export type LineCrossingRule = Static<typeof LineCrossingRuleSchema>;

/** 徘徊: somebody is in the zone for `loiterSeconds` in all, absences up to `returnSeconds` forgiven. */
export const LoiteringRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('loitering'),
  loiterSeconds: SecondsSchema(7200),
  returnSeconds: SecondsSchema(300),
});
export type LoiteringRule = Static<typeof LoiteringRuleSchema>;

/** 人员聚集: so many people, or so many per area, in the zone for `durationSeconds`. */
export const CrowdRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('crowd'),
  minCount: PeopleSchema,
  /**
   * People per square of a body height, measured with the mean height of those in the zone: about 3 times people per square metre.
   * Absent = only the count matters; both given = either is enough.
   */
  minDensity: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100 })),
  durationSeconds: SecondsSchema(3600),
});
export type CrowdRule = Static<typeof CrowdRuleSchema>;

/** 消防通道占用: a vehicle stands in the lane for `stoppedSeconds`. */
export const FireLaneRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('fire-lane'),
  stoppedSeconds: SecondsSchema(7200),
});
export type FireLaneRule = Static<typeof FireLaneRuleSchema>;

/** 电动车进楼、进电梯: a two-wheeler is in the lobby or the lift for `dwellSeconds`. */
export const TwoWheelerIndoorsRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('two-wheeler-indoors'),
  dwellSeconds: SecondsSchema(600),
});
export type TwoWheelerIndoorsRule = Static<typeof TwoWheelerIndoorsRuleSchema>;

/** 逆行: somebody moves against the allowed direction inside the zone for `durationSeconds`. */
export const WrongWayRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('wrong-way'),
  /** Allowed direction as a step in the picture, for example [0, 1] = downwards; its length does not matter. */
  allowed: Type.Tuple([Type.Number({ minimum: -1, maximum: 1 }), Type.Number({ minimum: -1, maximum: 1 })]),
  durationSeconds: SecondsSchema(60),
});
export type WrongWayRule = Static<typeof WrongWayRuleSchema>;

/** 翻越: a body, not only a foot point, gets over the perimeter line. */
export const ClimbingRuleSchema = Type.Object({
  ...atLine,
  kind: Type.Literal('climbing'),
  direction: Type.Union([CrossingDirectionSchema, Type.Literal('both')]),
});
export type ClimbingRule = Static<typeof ClimbingRuleSchema>;

/** 超员: more than `maxCount` in the zone for `durationSeconds`. */
export const OccupancyRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('occupancy'),
  maxCount: Type.Integer({ minimum: 0, maximum: 1000 }),
  durationSeconds: SecondsSchema(3600),
});
export type OccupancyRule = Static<typeof OccupancyRuleSchema>;

/** 物品遗留 (experimental): a thing that was not there before stands in the zone and nobody is near it for `unattendedSeconds`. */
export const ObjectLeftRuleSchema = Type.Object({
  ...inZone,
  kind: Type.Literal('object-left'),
  /** Says that one knows it to be experimental; without it the rule is refused. */
  experimental: Type.Literal(true),
  unattendedSeconds: SecondsSchema(3600),
  /** An owner is a person whose foot point is within so many times the person's height. */
  ownerHeights: Type.Number({ minimum: 0.2, maximum: 10 }),
});
export type ObjectLeftRule = Static<typeof ObjectLeftRuleSchema>;

/** 摄像机受扰: the picture is covered, turned away or blinded for `durationSeconds`. */
export const CameraTamperingRuleSchema = Type.Object({
  ...ruleParts,
  kind: Type.Literal('camera-tampering'),
  findings: Type.Array(Type.Enum(Object.keys(PICTURE_FINDINGS) as PictureFinding[]), {
    minItems: 1,
    maxItems: 16,
  }),
  durationSeconds: SecondsSchema(3600),
});
export type CameraTamperingRule = Static<typeof CameraTamperingRuleSchema>;

/** Every kind of rule. One line per kind; also in `gateway/src/rules/index.ts`. */
export const RuleSchema = Type.Union([
  ZoneIntrusionRuleSchema,
  LineCrossingRuleSchema,
  LoiteringRuleSchema,
  CrowdRuleSchema,
  FireLaneRuleSchema,
  TwoWheelerIndoorsRuleSchema,
  WrongWayRuleSchema,
  ClimbingRuleSchema,
  OccupancyRuleSchema,
  ObjectLeftRuleSchema,
  CameraTamperingRuleSchema,
]);
export type Rule = Static<typeof RuleSchema>;
export type RuleKind = Rule['kind'];
