import { randomUUID } from 'node:crypto';
import {
  type CameraHealth,
  decoderOf,
  type GatewayState,
  type HealthReport,
  type Receipt,
  ReceiptSchema,
  type Reply,
  type SafetyEvent,
  type SensorReading,
  toCloudEvent,
  topicOf,
} from '@pingan/models/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { until } from './until.ts';

type Access = { gatewayId: string; token: string; brokerUrl: string };
export type FakeGateway = {
  client: MqttClient;
  receipts: Receipt[];
  /** What came on the down-channels, newest last. */
  messages: { topic: string; payload: string }[];
  outboxId: string;
  sayState(kind: GatewayState['kind'], more?: Pick<GatewayState, 'evidenceKey'>): Promise<void>;
  sayReply(commandId: string, outcome: Reply['outcome']): Promise<void>;
  sayHealth(cameras: CameraHealth[], sensors?: SensorReading[]): Promise<void>;
  /** Sends a batch; the first event has the given place in the outbox. */
  sendEvents(events: readonly SafetyEvent[], firstSequence: number): Promise<void>;
  /** Resolves with the receipts up to and including the one that speaks of this place. */
  receiptOf(sequence: number): Promise<Receipt>;
  /** Cuts the connection as a power failure would: the last will speaks. */
  cut(): void;
  end(): Promise<void>;
};

const receiptDecoder = decoderOf(ReceiptSchema);

/** A gateway as the wire sees it: a real MQTT client that keeps what it receives. */
export async function connectGateway({ gatewayId, token, brokerUrl }: Access): Promise<FakeGateway> {
  const bootId = randomUUID();
  const outboxId = randomUUID();
  const receipts: Receipt[] = [];
  const messages: { topic: string; payload: string }[] = [];
  const stateOf = (kind: GatewayState['kind']): GatewayState => ({
    gatewayId,
    kind,
    bootId,
    at: new Date().toISOString(),
    contract: 1,
    software: '0.1.0-test',
  });
  const client = await mqtt.connectAsync(brokerUrl, {
    clientId: gatewayId,
    username: gatewayId,
    password: token,
    protocolVersion: 4,
    reconnectPeriod: 0,
    will: {
      topic: topicOf(gatewayId, 'state'),
      payload: Buffer.from(JSON.stringify(stateOf('offline'))),
      qos: 1,
      retain: true,
    },
  });
  client.on('message', (topic, payload) => {
    messages.push({ topic, payload: payload.toString() });
    if (topic === topicOf(gatewayId, 'receipt')) receipts.push(receiptDecoder.decode(payload));
  });
  await client.subscribeAsync(
    [topicOf(gatewayId, 'receipt'), topicOf(gatewayId, 'desired'), topicOf(gatewayId, 'cmd', '+')],
    { qos: 1 },
  );
  const say = async (channel: 'state' | 'health' | 'event' | 'reply', value: unknown) => {
    await client.publishAsync(topicOf(gatewayId, channel), JSON.stringify(value), {
      qos: 1,
      retain: channel === 'state',
    });
  };
  return {
    client,
    receipts,
    messages,
    outboxId,
    sayState: (kind, more = {}) => say('state', { ...stateOf(kind), ...more }),
    sayReply: (commandId, outcome) =>
      say('reply', { commandId, gatewayId, at: new Date().toISOString(), outcome } satisfies Reply),
    sayHealth: (cameras, sensors = []) =>
      say('health', {
        gatewayId,
        bootId,
        at: new Date().toISOString(),
        cameras,
        sensors,
        gateway: {
          uptimeSeconds: 10,
          rssBytes: 1e8,
          cpuSeconds: 3,
          outboxPending: 0,
          outboxDeadLetters: 0,
          detector: { submitted: 0, inferred: 0, dropped: 0, restarts: 0 },
        },
      } satisfies HealthReport),
    sendEvents: (events, firstSequence) =>
      say(
        'event',
        events.map((event, i) => toCloudEvent(event, { outboxId, sequence: firstSequence + i })),
      ),
    receiptOf: (sequence) =>
      until(`the receipt of ${sequence}`, () =>
        receipts.find(
          ({ ranges, rejected }) =>
            ranges.some(([from, to]) => sequence >= from && sequence <= to) ||
            rejected.some((one) => one.sequence === sequence),
        ),
      ),
    cut: () => {
      client.stream.destroy();
    },
    end: () => client.endAsync(true),
  };
}

/** A camera that streams with a good picture. */
export const aCamera = (overrides: Partial<CameraHealth> = {}): CameraHealth => ({
  cameraId: 'cam-1',
  code: '44030600011327000001',
  name: '北门 1 号机',
  codec: 'h264',
  width: 768,
  height: 576,
  state: { kind: 'streaming', since: new Date().toISOString() },
  packets: { fps: 10, bitrateKbps: 500, gopLength: 20, lossRatio: 0, jitterMs: 1, clockOffsetMs: null },
  picture: { good: true, findings: [], meanLuma: 120, contrast: 40, sharpness: 200 },
  ...overrides,
});

/** A smoke detector at rest. */
export const aSensor = (overrides: Partial<SensorReading> = {}): SensorReading => ({
  sensorId: 'smoke-1',
  code: '44030600011347000001',
  name: '楼道烟感',
  kind: 'smoke',
  protocol: 'home-assistant',
  available: true,
  at: new Date().toISOString(),
  value: { kind: 'binary', active: false },
  ...overrides,
});
