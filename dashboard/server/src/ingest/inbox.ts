import {
  ContractError,
  type Delivery,
  decoderOf,
  type GatewayState,
  GatewayStateSchema,
  type HealthReport,
  HealthReportSchema,
  parseTopic,
  type Reply,
  ReplySchema,
  type ReportedConfiguration,
  ReportedConfigurationSchema,
  type SafetyEvent,
  type UpChannel,
} from '@pingan/models/contract';
import { parseBatch } from './parse.ts';
import { sanitise } from './sanitise.ts';

export type PendingEvent = { event: SafetyEvent; delivery: Delivery; jpeg: Buffer | null };
export type Refusal = { gatewayId: string; delivery: Delivery; reason: string };
export type Report =
  | { kind: 'state'; state: GatewayState }
  | { kind: 'health'; report: HealthReport }
  | { kind: 'reported'; reported: ReportedConfiguration }
  | { kind: 'reply'; reply: Reply };

const ROOM_EVENTS = 5000;
const ROOM_REPORTS = 5000;
const ROOM_BYTES = 64_000_000;

const states = decoderOf(GatewayStateSchema);
const healthReports = decoderOf(HealthReportSchema);
const reportedConfigurations = decoderOf(ReportedConfigurationSchema);
const replies = decoderOf(ReplySchema);

const READERS: Record<Exclude<UpChannel, 'event'>, (value: unknown) => Report> = {
  state: (value) => ({ kind: 'state', state: states.parse(value) }),
  health: (value) => ({ kind: 'health', report: healthReports.parse(value) }),
  reported: (value) => ({ kind: 'reported', reported: reportedConfigurations.parse(value) }),
  reply: (value) => ({ kind: 'reply', reply: replies.parse(value) }),
};

function senderOf(report: Report): string {
  if (report.kind === 'state') return report.state.gatewayId;
  if (report.kind === 'health') return report.report.gatewayId;
  return report.kind === 'reported' ? report.reported.gatewayId : report.reply.gatewayId;
}

/** What has been received and checked and waits for its transaction. In memory: whoever sent it still has it. */
export class Inbox {
  #events: PendingEvent[] = [];
  #refusals: Refusal[] = [];
  #reports: Report[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#events.length + this.#refusals.length + this.#reports.length === 0;
  }

  get hasRoom(): boolean {
    return (
      this.#events.length < ROOM_EVENTS && this.#reports.length < ROOM_REPORTS && this.#bytes < ROOM_BYTES
    );
  }

  /**
   * Reads a message of an up-channel. Returns the number of events without a readable place in an outbox.
   * @throws ContractError when it is malformed as a whole or says it comes from another gateway
   */
  put(topic: string, payload: Uint8Array): number {
    const parsed = parseTopic(topic);
    if (parsed === null) throw new ContractError('', 'is on no topic of ours');
    const { gatewayId, channel } = parsed;
    if (channel === 'event') return this.#putEvents(gatewayId, payload);
    const read = Object.entries(READERS).find(([name]) => name === channel)?.[1];
    if (read === undefined) throw new ContractError('', `the channel ${channel} is not for the centre`);
    const report = read(sanitise(payload));
    if (senderOf(report) !== gatewayId)
      throw new ContractError('/gatewayId', 'is not the gateway that sent it');
    if (report.kind === 'health') this.#dropOlderHealth(gatewayId);
    this.#reports.push(report);
    return 0;
  }

  refuse(refusal: Refusal): void {
    this.#refusals.push(refusal);
  }

  takeEvents(limit: number): PendingEvent[] {
    const taken = this.#events.splice(0, limit);
    if (this.#events.length === 0) this.#bytes = 0;
    return taken;
  }

  takeRefusals(): Refusal[] {
    return this.#refusals.splice(0);
  }

  takeReports(): Report[] {
    return this.#reports.splice(0);
  }

  #putEvents(gatewayId: string, payload: Uint8Array): number {
    const { accepted, rejected, unreadable } = parseBatch(payload, gatewayId);
    this.#bytes += payload.length;
    for (const { envelope, jpeg } of accepted) this.#events.push({ ...envelope.data, jpeg });
    for (const one of rejected) this.#refusals.push({ gatewayId, ...one });
    return unreadable;
  }

  /** A newer report replaces one that still waits. */
  #dropOlderHealth(gatewayId: string): void {
    this.#reports = this.#reports.filter(
      (one) => one.kind !== 'health' || one.report.gatewayId !== gatewayId,
    );
  }
}
