import { createHash } from 'node:crypto';
import {
  type CloudEvent,
  CloudEventSchema,
  ContractError,
  type Delivery,
  DeliverySchema,
  decoderOf,
  envelopeMismatch,
} from '@pingan/models/contract';
import { Type } from 'typebox';
import { sanitise } from './sanitise.ts';

export type AcceptedEvent = { envelope: CloudEvent; jpeg: Buffer | null };
export type RejectedEvent = { delivery: Delivery; reason: string };
export type ParsedBatch = {
  accepted: AcceptedEvent[];
  rejected: RejectedEvent[];
  /** Elements so broken that nobody can be told: no place in an outbox could be read. */
  unreadable: number;
};

/** More elements than any gateway sends; the rest of the protection is the packet limit. */
const ELEMENT_LIMIT = 2000;
const REASON_LIMIT = 256;

const envelopes = decoderOf(CloudEventSchema);
const deliveries = decoderOf(Type.Object({ data: Type.Object({ delivery: DeliverySchema }) }));

/** The decoded snapshot; throws a ContractError when its digest is another. */
function decodeSnapshot({ data: { event } }: CloudEvent): Buffer | null {
  if (event.snapshot === undefined) return null;
  const jpeg = Buffer.from(event.snapshot.jpegBase64, 'base64');
  const digest = createHash('sha256').update(jpeg).digest('hex');
  if (digest !== event.snapshot.sha256) {
    throw new ContractError('/data/event/snapshot/sha256', 'is not the digest of the picture');
  }
  return jpeg;
}

function parseElement(element: unknown, gatewayId: string): AcceptedEvent {
  const envelope = envelopes.parse(element);
  const { event } = envelope.data;
  if (event.gatewayId !== gatewayId) {
    throw new ContractError('/data/event/gatewayId', 'is not the gateway that sent it');
  }
  const mismatch = envelopeMismatch(envelope);
  if (mismatch !== null) throw new ContractError(`/${mismatch}`, 'differs from the event inside');
  if (event.phase === 'raised' && event.alarmId !== event.id) {
    throw new ContractError('/data/event/alarmId', 'of a raising event must be its own id');
  }
  return { envelope, jpeg: decodeSnapshot(envelope) };
}

/**
 * Reads a batch element by element: a broken one never holds up the others, and is rejected by its place in the outbox as long as
 * that can be read.
 * @param gatewayId the proven sender
 * @throws ContractError when the message as a whole is no batch
 */
export function parseBatch(payload: Uint8Array, gatewayId: string): ParsedBatch {
  const elements = decoderOf(Type.Array(Type.Unknown(), { maxItems: ELEMENT_LIMIT })).parse(
    sanitise(payload),
  );
  const parsed: ParsedBatch = { accepted: [], rejected: [], unreadable: 0 };
  for (const element of elements) {
    try {
      parsed.accepted.push(parseElement(element, gatewayId));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      if (!deliveries.check(element)) parsed.unreadable += 1;
      else
        parsed.rejected.push({
          delivery: element.data.delivery,
          reason: error.message.slice(0, REASON_LIMIT),
        });
    }
  }
  return parsed;
}
