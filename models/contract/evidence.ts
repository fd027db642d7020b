import { type Static, Type } from 'typebox';
import { CodecSchema } from './camera.ts';
import { DeviceCodeSchema } from './device-code.ts';
import { ClockTrustSchema, EventTypeSchema } from './event.ts';
import { StreamProfileSchema } from './media.ts';
import {
  GatewayIdSchema,
  KeySchema,
  LabelSchema,
  PointSchema,
  TimestampSchema,
  UuidSchema,
} from './scalars.ts';
import { SeveritySchema } from './severity.ts';

/** Upper bound of one file of evidence, bytes: two minutes of 16 Mbit/s. */
export const EVIDENCE_FILE_LIMIT_BYTES = 256 * 1024 * 1024;
/** Most alarms that one clip may speak of. */
export const EVIDENCE_ALARM_LIMIT = 64;

/** A part of a camera's picture that must never be seen: blacked out in snapshots and clips, and the camera is not relayed live. */
export const PrivacyMaskSchema = Type.Object({
  id: KeySchema,
  /** Camera ids or device codes; `*` = all. */
  cameras: Type.Array(KeySchema, { minItems: 1, maxItems: 512 }),
  /** Corners relative to the picture, 0..1. */
  polygon: Type.Array(PointSchema, { minItems: 3, maxItems: 64 }),
});
export type PrivacyMask = Static<typeof PrivacyMaskSchema>;

/** A raw Ed25519 public key (RFC 8032), base64url. */
export const Ed25519KeySchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

export const EvidenceFileNameSchema = Type.String({
  pattern: '^(clip\\.mp4|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.jpg)$',
  description: 'clip.mp4, or <alarm id>.jpg for the snapshot of an alarm',
});

export const EvidenceFileSchema = Type.Object({
  name: EvidenceFileNameSchema,
  mediaType: Type.Union([Type.Literal('video/mp4'), Type.Literal('image/jpeg')]),
  bytes: Type.Integer({ minimum: 1, maximum: EVIDENCE_FILE_LIMIT_BYTES }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type EvidenceFile = Static<typeof EvidenceFileSchema>;

export const EvidenceClipSchema = Type.Object({
  /** Capture time of the first and the last picture by the gateway's clock. */
  from: TimestampSchema,
  to: TimestampSchema,
  codec: CodecSchema,
  /** RFC 6381, for a player to say whether it can play it. */
  mimeCodec: Type.String({ pattern: '^[A-Za-z0-9.]{4,64}$' }),
  width: Type.Integer({ minimum: 1, maximum: 16_384 }),
  height: Type.Integer({ minimum: 1, maximum: 16_384 }),
  durationMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
  profile: StreamProfileSchema,
  /** Privacy masks are burnt in; the clip was encoded again. */
  masked: Type.Boolean(),
  /** False when it was cut short: the stream or the gateway went away. */
  complete: Type.Boolean(),
});
export type EvidenceClip = Static<typeof EvidenceClipSchema>;

/**
 * What a gateway keeps of one or more alarms of one camera, and the proof of it: the text of this, signed with the gateway's own
 * Ed25519 key, travels as a `SignedText`. Overlapping alarms share the clip. Times are by the gateway's clock; `clock` says how far it is to be trusted.
 */
export const EvidenceManifestSchema = Type.Object({
  version: Type.Literal(1),
  id: UuidSchema,
  gatewayId: GatewayIdSchema,
  camera: Type.Object({ id: KeySchema, code: Type.Optional(DeviceCodeSchema), name: LabelSchema }),
  createdAt: TimestampSchema,
  clock: ClockTrustSchema,
  alarms: Type.Array(
    Type.Object({
      id: UuidSchema,
      type: EventTypeSchema,
      severity: SeveritySchema,
      occurredAt: TimestampSchema,
    }),
    {
      minItems: 1,
      maxItems: EVIDENCE_ALARM_LIMIT,
    },
  ),
  /** Null when there is none; `clipMissing` says why. */
  clip: Type.Union([EvidenceClipSchema, Type.Null()]),
  clipMissing: Type.Optional(Type.Union([Type.Literal('no-stream'), Type.Literal('masking-failed')])),
  files: Type.Array(EvidenceFileSchema, { minItems: 1, maxItems: EVIDENCE_ALARM_LIMIT + 1 }),
});
export type EvidenceManifest = Static<typeof EvidenceManifestSchema>;

const TicketSchema = Type.String({ minLength: 32, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' });

/** Send the evidence of an alarm to the centre; the ticket opens one upload, once. */
export const ClipUploadArgumentsSchema = Type.Object({ alarmId: UuidSchema, ticket: TicketSchema });
export type ClipUploadArguments = Static<typeof ClipUploadArgumentsSchema>;

/** Why a gateway does not send evidence; the `code` of its reply. */
export const EVIDENCE_REFUSALS = {
  'evidence-unknown': { zh: '网关没有该告警的取证录像', en: 'the gateway has no evidence of this alarm' },
  'evidence-gone': {
    zh: '录像已被网关按容量限额清除',
    en: 'the gateway has removed it to keep within its storage limit',
  },
  'evidence-busy': {
    zh: '网关正在上传其他录像，请稍候',
    en: 'the gateway is busy with other uploads: ask again',
  },
  'evidence-disabled': { zh: '网关未启用取证录像', en: 'evidence is switched off at this gateway' },
} as const;
export type EvidenceRefusal = keyof typeof EVIDENCE_REFUSALS;

/** POST /api/v1/evidence/uploads: a gateway declares what it will send before it sends it. */
export const EvidenceUploadRequestSchema = Type.Object({
  text: Type.String({ minLength: 2, maxLength: 200_000 }),
  signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
});
/** How far each file has come: sending goes on at `offset`. The token opens only this upload. */
export const EvidenceUploadStateSchema = Type.Object({
  id: UuidSchema,
  token: TicketSchema,
  stored: Type.Boolean(),
  files: Type.Array(
    Type.Object({
      name: EvidenceFileNameSchema,
      offset: Type.Integer({ minimum: 0, maximum: EVIDENCE_FILE_LIMIT_BYTES }),
    }),
    { maxItems: EVIDENCE_ALARM_LIMIT + 1 },
  ),
});
export type EvidenceUploadState = Static<typeof EvidenceUploadStateSchema>;
