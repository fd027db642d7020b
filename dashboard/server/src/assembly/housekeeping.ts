import type { Now } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';

export type HousekeepingPorts = {
  preparePartitions(at: Date): Promise<void>;
  pruneChanges(before: Date): Promise<number>;
  /** Forgets samples of cameras' packets and clocks before a time. */
  pruneSamples(before: Date): Promise<number>;
  keepSamplesDays: number;
  /** Forgets what rules on trial would have raised before a time. */
  pruneTrials(before: Date): Promise<number>;
  keepTrialsDays: number;
  markOffline(ids: { except: readonly string[] }, at: Date): Promise<string[]>;
  connectedGateways(): string[];
  onChanged(): void;
  now: Now;
  log: Logger;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PERIOD_MS = 600_000;
/** Time that gateways have to come back after a restart before they count as offline. */
const GRACE_MS = 15_000;

/** What must happen now and then: partitions ahead, old changes forgotten, gateways that never came back marked offline. */
export class Housekeeping {
  readonly #ports: HousekeepingPorts;
  #period: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(ports: HousekeepingPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    await this.#ports.preparePartitions(new Date(this.#ports.now()));
    this.#period = setInterval(() => this.#queue(() => this.#tidy()), PERIOD_MS);
    this.#grace = setTimeout(() => this.#queue(() => this.markMissing()), GRACE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#period);
    clearTimeout(this.#grace);
    await this.#working;
  }

  /** Marks offline every gateway that says online and has no session. */
  async markMissing(): Promise<void> {
    const except = this.#ports.connectedGateways();
    const gone = await this.#ports.markOffline({ except }, new Date(this.#ports.now()));
    if (gone.length > 0) this.#ports.onChanged();
  }

  async #tidy(): Promise<void> {
    const now = this.#ports.now();
    await this.#ports.preparePartitions(new Date(now));
    await this.#ports.pruneChanges(new Date(now - HOUR_MS));
    await this.#ports.pruneSamples(new Date(now - this.#ports.keepSamplesDays * DAY_MS));
    await this.#ports.pruneTrials(new Date(now - this.#ports.keepTrialsDays * DAY_MS));
  }

  #queue(task: () => Promise<void>): void {
    this.#working = this.#working
      .then(task)
      .catch((error: unknown) =>
        this.#ports.log.warn({ error: messageOf(error) }, 'housekeeping: will try again'),
      );
  }
}
