import { type Static, Type } from 'typebox';
import { GatewayIdSchema, LabelSchema, TimestampSchema, UuidSchema } from './scalars.ts';

const SequenceSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/**
 * The centre's word that messages are in its database (`ranges`, both ends included) or can never be (`rejected`:
 * the gateway moves those to its dead letters). Sent only after the commit.
 */
export const ReceiptSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  outboxId: UuidSchema,
  ranges: Type.Array(Type.Tuple([SequenceSchema, SequenceSchema]), { maxItems: 1024 }),
  rejected: Type.Array(Type.Object({ sequence: SequenceSchema, reason: LabelSchema }), { maxItems: 1024 }),
  /** The centre's clock, from which the gateway learns its own offset. */
  at: TimestampSchema,
});
export type Receipt = Static<typeof ReceiptSchema>;

/** Joins sequence numbers into the fewest ranges, ascending. */
export function toRanges(sequences: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const sequence of [...new Set(sequences)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === sequence) last[1] = sequence;
    else ranges.push([sequence, sequence]);
  }
  return ranges;
}
