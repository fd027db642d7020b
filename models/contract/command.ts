import { type Static, Type } from 'typebox';
import { ClipUploadArgumentsSchema } from './evidence.ts';
import { StreamProfileSchema } from './media.ts';
import {
  CountSchema,
  GatewayIdSchema,
  KeySchema,
  LabelSchema,
  TimestampSchema,
  UuidSchema,
} from './scalars.ts';

const TicketSchema = Type.String({ minLength: 32, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' });

/** Start pushing a camera's stream to the centre; the ticket opens one media connection, once. Without a profile: `sub`. */
export const LiveStartArgumentsSchema = Type.Object({
  cameraId: KeySchema,
  ticket: TicketSchema,
  profile: Type.Optional(StreamProfileSchema),
});
export type LiveStartArguments = Static<typeof LiveStartArgumentsSchema>;
export const LiveStopArgumentsSchema = Type.Object({
  cameraId: KeySchema,
  profile: Type.Optional(StreamProfileSchema),
});
export type LiveStopArguments = Static<typeof LiveStopArgumentsSchema>;

const common = {
  id: UuidSchema,
  gatewayId: GatewayIdSchema,
  /** Grows with every command to this gateway; an older or equal one is a replay. */
  sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  issuedAt: TimestampSchema,
  expiresAt: TimestampSchema,
};
export const CommandSchema = Type.Union([
  Type.Object({ ...common, name: Type.Literal('live.start'), arguments: LiveStartArgumentsSchema }),
  Type.Object({ ...common, name: Type.Literal('live.stop'), arguments: LiveStopArgumentsSchema }),
  Type.Object({ ...common, name: Type.Literal('clip.upload'), arguments: ClipUploadArgumentsSchema }),
]);
export type Command = Static<typeof CommandSchema>;
export type CommandName = Command['name'];

/**
 * How commands and desired configuration travel: the exact signed text and its Ed25519 signature (base64url, RFC 8032),
 * so that nobody has to agree on a canonical form of JSON.
 */
export const SignedTextSchema = Type.Object({
  text: Type.String({ minLength: 2, maxLength: 1_000_000 }),
  signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
});
export type SignedText = Static<typeof SignedTextSchema>;

export const ReplySchema = Type.Object({
  commandId: UuidSchema,
  gatewayId: GatewayIdSchema,
  at: TimestampSchema,
  outcome: Type.Union([
    Type.Object({ kind: Type.Literal('done') }),
    Type.Object({ kind: Type.Literal('refused'), code: KeySchema, message: LabelSchema }),
  ]),
  /** Commands refused since start: wrong signature, replayed, expired. */
  refusedInAll: Type.Optional(CountSchema),
});
export type Reply = Static<typeof ReplySchema>;
