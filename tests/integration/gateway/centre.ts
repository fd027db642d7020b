import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import {
  type CameraHealth,
  type DesiredConfiguration,
  decoderOf,
  EventBatchSchema,
  type HealthReport,
  HealthReportSchema,
  parseTopic,
  type Receipt,
  type ReportedConfiguration,
  ReportedConfigurationSchema,
  type SafetyEvent,
  topicOf,
  toRanges,
} from '@pingan/models/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { until } from '../../support/until.ts';

const batches = decoderOf(EventBatchSchema);
const healthReports = decoderOf(HealthReportSchema);
const configurations = decoderOf(ReportedConfigurationSchema);

/** A centre as the wire sees it: keeps every message, receipts every event at once, signs what it sends. */
export class Centre {
  readonly gatewayId: string;
  /** PEM, for the gateway's credentials. */
  readonly publicKey: string;
  readonly messages: { topic: string; payload: Buffer }[] = [];
  readonly reports: HealthReport[] = [];
  readonly events: SafetyEvent[] = [];
  readonly reported: ReportedConfiguration[] = [];
  readonly #privateKey: KeyObject;
  #client: MqttClient | undefined;

  constructor(gatewayId: string) {
    this.gatewayId = gatewayId;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.publicKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.#privateKey = privateKey;
  }

  async start(brokerUrl: string): Promise<void> {
    const client = await mqtt.connectAsync(brokerUrl, { clientId: `centre-${randomUUID()}` });
    this.#client = client;
    client.on('message', (topic, payload) => {
      this.messages.push({ topic, payload });
      const channel = parseTopic(topic)?.channel;
      if (channel === 'health') this.reports.push(healthReports.decode(payload));
      if (channel === 'reported') this.reported.push(configurations.decode(payload));
      if (channel === 'event') this.#commit(payload);
    });
    await client.subscribeAsync('#', { qos: 1 });
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  /** Health of a camera in the newest report. */
  camera(name: string): CameraHealth | undefined {
    return this.reports.at(-1)?.cameras.find((camera) => camera.name === name);
  }

  /** Resolves with the camera's health once its state fits. */
  cameraWhen(name: string, what: string, fits: (camera: CameraHealth) => boolean, limitMs = 45_000) {
    return until(
      `${name} to be ${what}`,
      () => {
        const camera = this.camera(name);
        return camera !== undefined && fits(camera) && camera;
      },
      limitMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; last seen: ${JSON.stringify(this.camera(name)?.state)}`);
    });
  }

  /** Resolves once any report, old or new, showed the camera so. */
  wasSeen(name: string, what: string, fits: (camera: CameraHealth) => boolean, limitMs = 45_000) {
    const seen = () =>
      this.reports.some(({ cameras }) => cameras.some((one) => one.name === name && fits(one)));
    return until(`${name} to have been ${what}`, seen, limitMs);
  }

  streaming(name: string, limitMs?: number): Promise<CameraHealth> {
    return this.cameraWhen(name, 'streaming', ({ state }) => state.kind === 'streaming', limitMs);
  }

  /** Resolves with the first event, oldest first, that fits. */
  eventWhen(what: string, fits: (event: SafetyEvent) => boolean, limitMs = 45_000): Promise<SafetyEvent> {
    return until(what, () => this.events.find(fits), limitMs);
  }

  /** Resolves when a zone intrusion that happened after this call is raised on the camera. */
  nextIntrusion(name: string, limitMs?: number): Promise<SafetyEvent> {
    const after = new Date().toISOString();
    return this.eventWhen(
      `an intrusion on ${name}`,
      ({ type, phase, origin, occurredAt }) =>
        type === 'zone-intrusion' && phase === 'raised' && origin.name === name && occurredAt > after,
      limitMs,
    );
  }

  /** Sends a desired configuration, retained, signed with this centre's key or with another one. */
  async desire(
    desired: Pick<DesiredConfiguration, 'version' | 'rules'>,
    key = this.#privateKey,
  ): Promise<void> {
    const { gatewayId } = this;
    const text = JSON.stringify({ gatewayId, issuedAt: new Date().toISOString(), ...desired });
    const signature = sign(null, Buffer.from(text), key).toString('base64url');
    await this.#send('desired', { text, signature }, true);
  }

  async #send(channel: 'desired' | 'receipt', message: object, retain: boolean): Promise<void> {
    const topic = topicOf(this.gatewayId, channel);
    await this.#client?.publishAsync(topic, JSON.stringify(message), { qos: 1, retain });
  }

  #commit(payload: Buffer): void {
    const batch = batches.decode(payload);
    const [first] = batch;
    if (first === undefined) return;
    const known = new Set(this.events.map(({ id }) => id));
    this.events.push(...batch.map(({ data }) => data.event).filter(({ id }) => !known.has(id)));
    const receipt: Receipt = {
      gatewayId: this.gatewayId,
      outboxId: first.data.delivery.outboxId,
      ranges: toRanges(batch.map(({ data }) => data.delivery.sequence)),
      rejected: [],
      at: new Date().toISOString(),
    };
    void this.#send('receipt', receipt, false);
  }
}
