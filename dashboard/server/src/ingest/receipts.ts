import { type Delivery, type Receipt, toRanges } from '@pingan/models/contract';

type Place = { gatewayId: string; delivery: Delivery };
type Refusal = Place & { reason: string };

/** As the contract allows in one receipt. */
const LIMIT = 1024;

function chunks<T>(items: readonly T[]): T[][] {
  const made: T[][] = [];
  for (let i = 0; i < items.length; i += LIMIT) made.push(items.slice(i, i + LIMIT));
  return made;
}

/**
 * Receipts for what is committed and what is refused, one or more per gateway and outbox.
 * @param at the centre's clock, RFC 3339
 */
export function receiptsOf(committed: readonly Place[], refused: readonly Refusal[], at: string): Receipt[] {
  const boxes = Map.groupBy(
    [...committed.map((place) => ({ ...place, reason: null })), ...refused],
    ({ gatewayId, delivery }) => `${gatewayId} ${delivery.outboxId}`,
  );
  return [...boxes.values()].flatMap((places) => {
    const [first] = places;
    if (first === undefined) return [];
    const head = { gatewayId: first.gatewayId, outboxId: first.delivery.outboxId, at };
    const ranges = toRanges(
      places.flatMap(({ reason, delivery }) => (reason === null ? [delivery.sequence] : [])),
    );
    const rejected = places.flatMap(({ reason, delivery }) =>
      reason === null ? [] : [{ sequence: delivery.sequence, reason }],
    );
    return [
      ...chunks(ranges).map((part) => ({ ...head, ranges: part, rejected: [] })),
      ...chunks(rejected).map((part) => ({ ...head, ranges: [], rejected: part })),
    ];
  });
}
