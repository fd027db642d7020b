import type { HealthReport } from '@pingan/models/contract';

export type HealthReporterOptions = {
  compose(): HealthReport;
  send(report: HealthReport): void;
  /** Between reports when nothing changes. */
  periodMs?: number;
  /** Changes within this time share a report. */
  settleMs?: number;
};

/** Sends a health report every few seconds, and soon after anything changes. */
export class HealthReporter {
  readonly #options: Required<HealthReporterOptions>;
  #period: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: HealthReporterOptions) {
    this.#options = { periodMs: 5000, settleMs: 200, ...options };
  }

  start(): void {
    this.#period ??= setInterval(() => this.#send(), this.#options.periodMs);
    this.changed();
  }

  async stop(): Promise<void> {
    clearInterval(this.#period);
    clearTimeout(this.#soon);
    this.#period = undefined;
    this.#soon = undefined;
  }

  changed(): void {
    if (this.#period === undefined) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#send();
    }, this.#options.settleMs);
  }

  #send(): void {
    this.#options.send(this.#options.compose());
  }
}
