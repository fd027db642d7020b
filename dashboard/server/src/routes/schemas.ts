/** What the REST interface under /api/v1 says. The OpenAPI document and the browser's types are generated from it. */
import {
  CausesSchema,
  DecodeHealthSchema,
  DetectionWorkSchema,
  EventDetailSchema,
  EventTypeSchema,
  PacketHealthSchema,
  PictureHealthSchema,
  PointSchema,
  RuleSchema,
  SensorKindSchema,
  SeveritySchema,
  StreamProfileSchema,
  StreamStateSchema,
  TimestampSchema,
} from '@pingan/models/contract';
import { type Static, type TSchema, Type } from 'typebox';

const Text = Type.String();
const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** A page of a list; `next` is the cursor of the next page or null at the end. */
export const PageOf = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Text) });
export const PageQuerySchema = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
});

/** Every error: `code` for programs, `message` for people with the remedy, `field` where one is at fault. */
export const ProblemSchema = Type.Object({ code: Text, message: Text, field: Type.Optional(Text) });

export const BilingualSchema = Type.Object({ zh: Text, en: Text });

export const RoleSchema = Type.Enum(['admin', 'analyst', 'operator', 'viewer']);
export const UserSchema = Type.Object({ id: Text, username: Text, role: RoleSchema });
export const LoginSchema = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
});
export const SessionSchema = Type.Object({ user: UserSchema, expiresAt: TimestampSchema });

export const AreaLevelSchema = Type.Enum(['district', 'street', 'community', 'grid']);
export const AreaSchema = Type.Object({
  code: Text,
  parent: Nullable(Text),
  level: AreaLevelSchema,
  name: BilingualSchema,
  /** True for the made-up sample areas that ship with the product. */
  sample: Type.Boolean(),
});

const DeviceRefSchema = Type.Object({ id: Text, code: Text, name: Text });

/** new → acknowledged → closed; `false-alarm` and `closed` are ends. */
export const EventStateSchema = Type.Enum(['new', 'acknowledged', 'closed', 'false-alarm']);
export const EventItemSchema = Type.Object({
  id: Text,
  type: EventTypeSchema,
  typeName: BilingualSchema,
  severity: SeveritySchema,
  state: EventStateSchema,
  /** The alarm still lasts (not cleared by the gateway). */
  active: Type.Boolean(),
  occurredAt: TimestampSchema,
  receivedAt: TimestampSchema,
  updatedAt: TimestampSchema,
  clearedAt: Nullable(TimestampSchema),
  clockTrusted: Type.Boolean(),
  gatewayId: Text,
  camera: Nullable(DeviceRefSchema),
  sensor: Nullable(DeviceRefSchema),
  area: Nullable(Type.Object({ code: Text, path: Type.Array(BilingualSchema) })),
  snapshotUrl: Nullable(Text),
  snapshotSize: Nullable(Type.Object({ width: Type.Integer(), height: Type.Integer() })),
  detail: EventDetailSchema,
});
export const EventStepSchema = Type.Object({ at: TimestampSchema, action: Text, actor: Text, note: Text });
export const EventFullSchema = Type.Object({
  ...EventItemSchema.properties,
  steps: Type.Array(EventStepSchema),
});
export const EventsQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  state: Type.Optional(EventStateSchema),
  type: Type.Optional(EventTypeSchema),
  severity: Type.Optional(SeveritySchema),
  gatewayId: Type.Optional(Text),
  /** Camera of the REST interface (`<gatewayId>:<cameraId>`). */
  cameraId: Type.Optional(Text),
  since: Type.Optional(TimestampSchema),
});
export const DisposalSchema = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) });

/** A camera as the centre last heard of it; `unknown` when its gateway is offline. */
export const CameraItemSchema = Type.Object({
  /** `<gatewayId>:<cameraId>` */
  id: Text,
  gatewayId: Text,
  code: Text,
  name: Text,
  area: Nullable(Type.Object({ code: Text, path: Type.Array(BilingualSchema) })),
  address: Nullable(Text),
  manufacturer: Nullable(Text),
  model: Nullable(Text),
  codec: Nullable(Text),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  state: Type.Union([
    StreamStateSchema,
    Type.Object({ kind: Type.Literal('unknown'), since: TimestampSchema }),
  ]),
  stateText: BilingualSchema,
  /** What a person should do about it; null when nothing is wrong. */
  nextStep: Nullable(BilingualSchema),
  causes: CausesSchema,
  /** Planned maintenance that goes on now. */
  maintenance: Nullable(Type.Object({ id: Text, until: TimestampSchema, reason: Text })),
  packets: Nullable(PacketHealthSchema),
  picture: Nullable(PictureHealthSchema),
  work: Nullable(DetectionWorkSchema),
  decode: Nullable(DecodeHealthSchema),
  zones: Type.Array(Type.Object({ id: Text, name: Text, polygon: Type.Array(PointSchema) })),
  updatedAt: TimestampSchema,
});

export const SensorItemSchema = Type.Object({
  id: Text,
  gatewayId: Text,
  code: Text,
  name: Text,
  kind: SensorKindSchema,
  protocol: Text,
  /** Available according to the sensor and its gateway online. */
  available: Type.Boolean(),
  at: Nullable(TimestampSchema),
  value: Type.Union([
    Type.Null(),
    Type.Object({ kind: Type.Literal('binary'), active: Type.Boolean() }),
    Type.Object({ kind: Type.Literal('number'), value: Type.Number(), unit: Text }),
  ]),
  updatedAt: TimestampSchema,
});

export const GatewayItemSchema = Type.Object({
  id: Text,
  name: Text,
  state: Type.Object({ kind: Type.Enum(['online', 'offline', 'never']), since: Nullable(TimestampSchema) }),
  software: Nullable(Text),
  area: Nullable(Type.Object({ code: Text, path: Type.Array(BilingualSchema) })),
  cameras: Type.Object({ total: Type.Integer(), streaming: Type.Integer() }),
  sensors: Type.Object({ total: Type.Integer(), available: Type.Integer() }),
  outboxPending: Nullable(Type.Integer()),
  configuration: Type.Object({ desired: Type.Integer(), reported: Type.Integer() }),
  lastSeenAt: Nullable(TimestampSchema),
});

export const RulesBodySchema = Type.Object({
  rules: Type.Array(RuleSchema, { maxItems: 512 }),
  /** The version that the change was made from; 409 when another one is desired by now. */
  baseVersion: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
});
export const GatewayConfigurationSchema = Type.Object({
  desired: Nullable(
    Type.Object({ version: Type.Integer(), issuedAt: TimestampSchema, rules: Type.Array(RuleSchema) }),
  ),
  reported: Nullable(
    Type.Object({
      version: Type.Integer(),
      at: TimestampSchema,
      errors: Type.Array(Type.Object({ path: Text, message: Text })),
    }),
  ),
});

/** Why somebody looks at a camera: kept in the viewing log (Decree 799, art. 16). */
export const LiveRequestSchema = Type.Object({
  reason: Type.Enum(['alarm', 'patrol', 'maintenance', 'other']),
  eventId: Type.Optional(Type.String({ maxLength: 64 })),
  /** `sub` (small, for grids) where it is not given; `main` is opened on demand. */
  profile: Type.Optional(StreamProfileSchema),
});
/** Open the WebSocket at `url` once before `expiresAt`; messages as in models/contract/media.ts. */
export const LiveTicketSchema = Type.Object({ url: Text, expiresAt: TimestampSchema });

export const IndexIndicatorSchema = Type.Object({
  code: Text,
  name: BilingualSchema,
  numerator: Nullable(Type.Number()),
  denominator: Nullable(Type.Number()),
  /** numerator / denominator; null when coverage is short. */
  value: Nullable(Type.Number()),
  /** 0..100 after the goalposts. */
  score: Nullable(Type.Number()),
  weight: Type.Number(),
  /** weight · score in the parent's units; contributions add up to the area's score. */
  contribution: Nullable(Type.Number()),
});
export const IndexAreaSchema = Type.Object({
  code: Text,
  parent: Nullable(Text),
  level: AreaLevelSchema,
  name: BilingualSchema,
  sample: Type.Boolean(),
  /** 0..100; null reads "insufficient data" (数据不足), never "safe". */
  score: Nullable(Type.Number()),
  band: Nullable(Type.Object({ code: Text, name: BilingualSchema, colour: Text })),
  /** Among the areas of its level that have a score; 1 is best. */
  rank: Nullable(Type.Integer()),
  indicators: Type.Array(IndexIndicatorSchema),
});
export const IndexSchema = Type.Object({
  computedAt: TimestampSchema,
  framework: Type.Object({ code: Text, version: Text, name: BilingualSchema, sha256: Text }),
  window: Type.Object({ from: TimestampSchema, to: TimestampSchema }),
  areas: Type.Array(IndexAreaSchema),
});

export type EventItem = Static<typeof EventItemSchema>;
export type EventFull = Static<typeof EventFullSchema>;
export type CameraItem = Static<typeof CameraItemSchema>;
export type SensorItem = Static<typeof SensorItemSchema>;
export type GatewayItem = Static<typeof GatewayItemSchema>;
export type Area = Static<typeof AreaSchema>;
export type IndexResult = Static<typeof IndexSchema>;
export type IndexArea = Static<typeof IndexAreaSchema>;
export type User = Static<typeof UserSchema>;
export type Role = Static<typeof RoleSchema>;
