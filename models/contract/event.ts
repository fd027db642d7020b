import { type Static, Type } from 'typebox';
import { CameraFaultSchema } from './camera.ts';
import { DeviceCodeSchema } from './device-code.ts';
import { OutageSchema } from './outage.ts';
import { PictureFindingDetailSchema } from './picture-finding.ts';
import { RuleReasonParts } from './rule-reason.ts';
import {
  BoxSchema,
  CountSchema,
  GatewayIdSchema,
  KeySchema,
  LabelSchema,
  OffsetMsSchema,
  PointSchema,
  TimestampSchema,
  UnitSchema,
  UuidSchema,
} from './scalars.ts';
import { SeveritySchema } from './severity.ts';
import { EVENT_TYPES } from './taxonomy.ts';

export const EventTypeSchema = Type.Enum(EVENT_TYPES);

/** Upper bound of a snapshot inside an event, bytes of JPEG. */
export const SNAPSHOT_LIMIT_BYTES = 200_000;

/** What an event is about. */
export const EventOriginSchema = Type.Object({
  kind: Type.Union([Type.Literal('camera'), Type.Literal('sensor'), Type.Literal('gateway')]),
  id: KeySchema,
  code: Type.Optional(DeviceCodeSchema),
  name: LabelSchema,
});
export type EventOrigin = Static<typeof EventOriginSchema>;

/** Why it fired, so that a screen can draw and say it. */
export const EventDetailSchema = Type.Object({
  rule: Type.Optional(Type.Object({ id: KeySchema, kind: KeySchema })),
  zone: Type.Optional(
    Type.Object({
      id: KeySchema,
      name: LabelSchema,
      polygon: Type.Array(PointSchema, { minItems: 3, maxItems: 64 }),
    }),
  ),
  track: Type.Optional(
    Type.Object({
      id: CountSchema,
      label: Type.String({ minLength: 1, maxLength: 64 }),
      confidence: UnitSchema,
      box: BoxSchema,
      dwellSeconds: Type.Number({ minimum: 0, maximum: 1e7 }),
    }),
  ),
  ...RuleReasonParts,
  fault: Type.Optional(Type.Object({ fault: CameraFaultSchema, message: LabelSchema })),
  outage: Type.Optional(OutageSchema),
  picture: Type.Optional(Type.Array(PictureFindingDetailSchema, { maxItems: 16 })),
  reading: Type.Optional(Type.Object({ kind: KeySchema, value: LabelSchema })),
});
export type EventDetail = Static<typeof EventDetailSchema>;

export const SnapshotSchema = Type.Object({
  width: Type.Integer({ minimum: 1, maximum: 16_384 }),
  height: Type.Integer({ minimum: 1, maximum: 16_384 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  jpegBase64: Type.String({
    minLength: 4,
    maxLength: Math.ceil(SNAPSHOT_LIMIT_BYTES / 3) * 4,
    pattern: '^[A-Za-z0-9+/]+=*$',
  }),
});
export type Snapshot = Static<typeof SnapshotSchema>;

/** How far the gateway trusts its own clock when it stamped the event. */
export const ClockTrustSchema = Type.Object({
  trusted: Type.Boolean(),
  /** Centre's clock minus ours at the last contact; null when never compared. */
  offsetMs: Type.Union([OffsetMsSchema, Type.Null()]),
});

/**
 * One thing that happened. `alarmId` joins the events of one alarm: it is raised, perhaps updated, and cleared;
 * for the raising event `alarmId` equals `id`. Order is (bootId, monotonicMs), wall time is for people.
 */
export const SafetyEventSchema = Type.Object({
  id: UuidSchema,
  alarmId: UuidSchema,
  phase: Type.Union([Type.Literal('raised'), Type.Literal('updated'), Type.Literal('cleared')]),
  type: EventTypeSchema,
  severity: SeveritySchema,
  gatewayId: GatewayIdSchema,
  origin: EventOriginSchema,
  occurredAt: TimestampSchema,
  monotonicMs: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  bootId: UuidSchema,
  clock: ClockTrustSchema,
  detail: EventDetailSchema,
  snapshot: Type.Optional(SnapshotSchema),
  /** Of a rule on trial: kept apart, never an alarm, no part of any figure but the trial's own. */
  trial: Type.Optional(Type.Literal(true)),
});
export type SafetyEvent = Static<typeof SafetyEventSchema>;

/** Where a message stands in its gateway's outbox: the pair a receipt speaks of. */
export const DeliverySchema = Type.Object({
  outboxId: UuidSchema,
  sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export type Delivery = Static<typeof DeliverySchema>;
