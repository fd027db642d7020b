/**
 * The gateway with one bug planted: it forgets an event when the broker has acknowledged it, instead of waiting for the centre's
 * receipt. A centre that dies between the acknowledgement and its commit takes the event with it; the harness must notice.
 */
import { decoderOf, EventBatchSchema, toRanges } from '@pingan/models/contract';
import { MqttClient } from 'mqtt';
import { Outbox } from '../../gateway/src/outbox/outbox.ts';

const batches = decoderOf(EventBatchSchema);
let outbox: Outbox | undefined;

const start = Outbox.prototype.start;
Outbox.prototype.start = function (this: Outbox): void {
  outbox = this;
  start.call(this);
};

function forget(payload: string): void {
  const events = batches.decode(payload).map(({ data }) => data);
  const [first] = events;
  if (first === undefined) return;
  outbox?.settle({
    gatewayId: first.event.gatewayId,
    outboxId: first.delivery.outboxId,
    ranges: toRanges(events.map(({ delivery }) => delivery.sequence)),
    rejected: [],
    at: first.event.occurredAt,
  });
}

type Done = (error?: Error) => void;
const publish = MqttClient.prototype.publish;
Reflect.set(
  MqttClient.prototype,
  'publish',
  function (this: MqttClient, topic: string, payload: string, options: object, done: Done) {
    if (!topic.endsWith('/event')) return publish.call(this, topic, payload, options, done);
    return publish.call(this, topic, payload, options, (error) => {
      if (!error) forget(payload);
      done(error ?? undefined);
    });
  },
);

await import('../../gateway/src/main.ts');
