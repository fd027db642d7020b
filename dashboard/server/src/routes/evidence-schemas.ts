import { EvidenceClipSchema, EvidenceFileSchema, TimestampSchema } from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import { BilingualSchema } from './schemas.ts';

const Text = Type.String();

/** Where the evidence of an alarm is. */
export const EventEvidenceSchema = Type.Object({
  /**
   * `none`: only the gateway may have some. `asked`: the gateway was asked and has not begun to send. `receiving`: it comes.
   * `stored`: it is here, proven. `removed`: it was here and gave way. `refused`: the gateway will not send it, `reason` says why.
   */
  state: Type.Enum(['none', 'asked', 'receiving', 'stored', 'removed', 'refused']),
  reason: Type.Union([BilingualSchema, Type.Null()]),
  /** Share of the bytes that have come, 0..1. */
  progress: Type.Union([Type.Number(), Type.Null()]),
  isGatewayOnline: Type.Boolean(),
  evidence: Type.Union([
    Type.Object({
      id: Text,
      gatewayId: Text,
      createdAt: TimestampSchema,
      clockTrusted: Type.Boolean(),
      /** Alarms that share it. */
      alarms: Type.Array(Type.Object({ id: Text, occurredAt: TimestampSchema })),
      clip: Type.Union([EvidenceClipSchema, Type.Null()]),
      /** Why there is no clip. */
      clipMissing: Type.Union([Type.Enum(['no-stream', 'masking-failed']), Type.Null()]),
      files: Type.Array(EvidenceFileSchema),
      /** Below it `/<name>`; `manifest.json` is the signed manifest with the key that proves it. */
      filesUrl: Text,
    }),
    Type.Null(),
  ]),
});
export type EventEvidence = Static<typeof EventEvidenceSchema>;
