import { type Static, Type } from 'typebox';
import { type Delivery, DeliverySchema, type SafetyEvent, SafetyEventSchema } from './event.ts';
import { TimestampSchema, UuidSchema } from './scalars.ts';

const TYPE_PREFIX = 'cn.pingan.edge.';

/** CloudEvents 1.0, structured JSON. `data` is the event and its place in the outbox. */
export const CloudEventSchema = Type.Object({
  specversion: Type.Literal('1.0'),
  id: UuidSchema,
  source: Type.String({ pattern: '^/gateways/[A-Za-z0-9_-]+$', maxLength: 128 }),
  type: Type.String({
    pattern: '^cn\\.pingan\\.edge\\.[a-z0-9-]+\\.(raised|updated|cleared)$',
    maxLength: 128,
  }),
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  time: TimestampSchema,
  datacontenttype: Type.Literal('application/json'),
  data: Type.Object({ event: SafetyEventSchema, delivery: DeliverySchema }),
});
export type CloudEvent = Static<typeof CloudEventSchema>;

/** Most events in one message; the byte limit of the broker is the other bound. */
export const EVENT_BATCH_LIMIT = 200;
/** CloudEvents JSON batch format: an array. */
export const EventBatchSchema = Type.Array(CloudEventSchema, { minItems: 1, maxItems: EVENT_BATCH_LIMIT });

/** Wraps an event for the wire. */
export function toCloudEvent(event: SafetyEvent, delivery: Delivery): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: `/gateways/${event.gatewayId}`,
    type: `${TYPE_PREFIX}${event.type}.${event.phase}`,
    subject: `${event.origin.kind}/${event.origin.id}`,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    data: { event, delivery },
  };
}

/** The inner event must say the same as its envelope: returns the name of the attribute that does not, or null. */
export function envelopeMismatch(envelope: CloudEvent): string | null {
  const expected = toCloudEvent(envelope.data.event, envelope.data.delivery);
  for (const key of ['id', 'source', 'type', 'subject', 'time'] as const) {
    if (expected[key] !== envelope[key]) return key;
  }
  return null;
}
