import {
  ContractError,
  type GatewayState,
  type HealthReport,
  type Reply,
  type ReportedConfiguration,
  type SafetyEvent,
} from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import { codeOf, messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Inbox, type PendingEvent, type Refusal, type Report } from './inbox.ts';
import { receiptsOf } from './receipts.ts';

export type IngestCounter = 'events' | 'duplicates' | 'rejected' | 'malformed' | 'reports' | 'retries';

export type IngestPorts = {
  /** One transaction; resolves after its commit. */
  writeEvents(
    batch: readonly { event: SafetyEvent; jpeg: Buffer | null }[],
    at: Date,
  ): Promise<{ fresh: number }>;
  writeHealth(report: HealthReport, at: Date): Promise<void>;
  writeState(state: GatewayState, at: Date): Promise<void>;
  writeReported(reported: ReportedConfiguration, at: Date): Promise<void>;
  onReply(reply: Reply): void;
  /** Sends a receipt to its gateway. */
  sendReceipt(gatewayId: string, payload: string): Promise<void>;
  /** Called after every commit. */
  onCommitted(): void;
  count(name: IngestCounter, by: number): void;
  /** Seconds that a commit took. */
  observeCommit(seconds: number): void;
  now: Now;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  log: Logger;
};

const BATCH_LIMIT = 1000;
/** Time to gather a batch: at most this much is added to the latency of an event. */
const GATHER_MS = 5;
const RETRY_MS = 500;
const STOP_DEADLINE_MS = 5000;
/** SQLSTATE classes of bad data (22) and broken constraints (23): trying again cannot help. */
const DATA_FAULT = /^2[23]/;
const isDataFault = (error: unknown) => DATA_FAULT.test(codeOf(error) ?? '');

/**
 * From MQTT to the database: messages queue up, one worker commits them in batches and sends receipts after the commit.
 * A database that does not answer holds the queue, and with it the senders, until it is back: nothing is dropped, and
 * only what the database refuses for its data is ever rejected.
 */
export class Ingest {
  readonly #ports: IngestPorts;
  readonly #inbox = new Inbox();
  readonly #abort = new AbortController();
  #working: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  constructor(ports: IngestPorts) {
    this.#ports = ports;
  }

  start(): void {}

  /** Commits what is queued, then stops; after some seconds without a database it gives up (gateways send again). */
  async stop(): Promise<void> {
    const giveUp = setTimeout(() => this.#abort.abort(), STOP_DEADLINE_MS);
    await this.processAll();
    clearTimeout(giveUp);
    this.#abort.abort();
    this.#release();
  }

  /** Resolves when everything received so far is committed and receipted. */
  async processAll(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Resolves at once while there is room in the queue, else when there is some again. */
  whenRoom(): Promise<void> {
    if (this.#inbox.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Takes one message of a gateway's up-channel. What is malformed is counted and logged. */
  accept({ topic, payload }: { topic: string; payload: Uint8Array }): void {
    const { count, log } = this.#ports;
    try {
      const unreadable = this.#inbox.put(topic, payload);
      if (unreadable > 0) {
        count('malformed', unreadable);
        log.error({ topic, unreadable }, 'ingest: events without a readable place in the outbox');
      }
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      count('malformed', 1);
      log.warn({ topic, error: error.message }, 'ingest: message refused');
    }
    this.#wake();
  }

  #release(): void {
    for (const resume of this.#waiters.splice(0)) resume();
  }

  #wake(): void {
    if (this.#working !== undefined || this.#inbox.isEmpty || this.#abort.signal.aborted) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      this.#wake();
    });
  }

  async #work(): Promise<void> {
    await this.#ports.sleep(GATHER_MS, this.#abort.signal);
    try {
      while (!this.#inbox.isEmpty) {
        await this.#commitReports(this.#inbox.takeReports());
        await this.#commitEvents(this.#inbox.takeEvents(BATCH_LIMIT));
        if (this.#inbox.hasRoom) this.#release();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
      this.#ports.log.warn({ error: messageOf(error) }, 'ingest: stopped before everything was committed');
    }
  }

  async #commitEvents(batch: readonly PendingEvent[]): Promise<void> {
    const started = performance.now();
    if (batch.length > 0) {
      await this.#commit(batch);
      this.#ports.observeCommit((performance.now() - started) / 1000);
    }
    const refusals = this.#inbox.takeRefusals();
    for (const { gatewayId, delivery, reason } of refusals) {
      this.#ports.count('rejected', 1);
      this.#ports.log.error({ gatewayId, sequence: delivery.sequence, reason }, 'ingest: event rejected');
    }
    await this.#sendReceipts(batch, refusals);
  }

  async #sendReceipts(batch: readonly PendingEvent[], refusals: readonly Refusal[]): Promise<void> {
    const refused = new Set(refusals.map(({ delivery }) => delivery));
    const committed = batch
      .filter(({ delivery }) => !refused.has(delivery))
      .map(({ event, delivery }) => ({ gatewayId: event.gatewayId, delivery }));
    const at = new Date(this.#ports.now()).toISOString();
    for (const receipt of receiptsOf(committed, refusals, at)) {
      try {
        await this.#ports.sendReceipt(receipt.gatewayId, JSON.stringify(receipt));
      } catch (error) {
        this.#ports.log.warn(
          { error: messageOf(error) },
          'ingest: receipt not sent, the gateway will ask again',
        );
      }
    }
  }

  /** Commits, halving a batch that the database refuses for its data until the poisonous event is alone. */
  async #commit(batch: readonly PendingEvent[]): Promise<void> {
    const { writeEvents, count, now, onCommitted } = this.#ports;
    try {
      const { fresh } = await this.#retrying(() => writeEvents(batch, new Date(now())));
      count('events', fresh);
      count('duplicates', batch.length - fresh);
      onCommitted();
    } catch (error) {
      const [first] = batch;
      if (!isDataFault(error) || first === undefined) throw error;
      if (batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await this.#commit(batch.slice(0, middle));
        await this.#commit(batch.slice(middle));
        return;
      }
      const { event, delivery } = first;
      this.#inbox.refuse({
        gatewayId: event.gatewayId,
        delivery,
        reason: `the database refused it (${codeOf(error)})`,
      });
    }
  }

  async #commitReports(reports: readonly Report[]): Promise<void> {
    const { now, count, log, onCommitted } = this.#ports;
    for (const report of reports) {
      try {
        await this.#retrying(() => this.#write(report, new Date(now())));
        count('reports', 1);
      } catch (error) {
        if (!isDataFault(error)) throw error;
        count('malformed', 1);
        log.error({ kind: report.kind, error: messageOf(error) }, 'ingest: report refused by the database');
      }
    }
    if (reports.length > 0) onCommitted();
  }

  async #write(report: Report, at: Date): Promise<void> {
    const { writeState, writeHealth, writeReported, onReply } = this.#ports;
    if (report.kind === 'state') await writeState(report.state, at);
    else if (report.kind === 'health') await writeHealth(report.report, at);
    else if (report.kind === 'reported') await writeReported(report.reported, at);
    else onReply(report.reply);
  }

  /** Tries until it works; faults of the data, and any fault once the server ends, go on to the caller. */
  async #retrying<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (isDataFault(error) || this.#abort.signal.aborted) throw error;
        this.#ports.count('retries', 1);
        this.#ports.log.error(
          { error: messageOf(error) },
          'ingest: the database does not answer, trying again',
        );
        await this.#ports.sleep(RETRY_MS, this.#abort.signal);
      }
    }
  }
}
