import { type Static, Type } from 'typebox';
import { Ed25519KeySchema } from './evidence.ts';
import { GatewayIdSchema, LabelSchema, TimestampSchema, UuidSchema } from './scalars.ts';

/** Retained birth message and last will of a gateway. */
export const GatewayStateSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  kind: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
  bootId: UuidSchema,
  /** Birth: when the gateway started. Will: when the session that left it was opened. */
  at: TimestampSchema,
  contract: Type.Integer({ minimum: 1, maximum: 1000 }),
  software: LabelSchema,
  /** With which it signs evidence. */
  evidenceKey: Type.Optional(Ed25519KeySchema),
});
export type GatewayState = Static<typeof GatewayStateSchema>;
