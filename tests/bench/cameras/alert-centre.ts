import type { HealthReport } from '@pingan/models/contract';
import { Centre } from '../../integration/gateway/centre.ts';
import { until } from '../../support/until.ts';

/** A centre on the wire that notes how long each alarm took from the capture of its picture to its arrival. */
export class AlertCentre extends Centre {
  readonly latenciesMs: number[] = [];
  #seen = 0;
  #timer: NodeJS.Timeout | undefined;

  /** The newest health report. */
  get health(): HealthReport | undefined {
    return this.reports.at(-1);
  }

  override async start(brokerUrl: string): Promise<void> {
    await super.start(brokerUrl);
    this.#timer = setInterval(() => this.#note(), 5);
  }

  override async stop(): Promise<void> {
    clearInterval(this.#timer);
    await super.stop();
  }

  /** Resolves when so many cameras stream. */
  async streamingAll(count: number): Promise<void> {
    const streaming = () =>
      this.health?.cameras.filter(({ state }) => state.kind === 'streaming').length ?? 0;
    await until(`${count} cameras to stream`, () => streaming() === count, 120_000);
  }

  /** New raising events since the last look, at most 5 ms ago; kept messages are thrown away. */
  #note(): void {
    this.messages.length = 0;
    const nowMs = Date.now();
    for (const { phase, type, occurredAt } of this.events.slice(this.#seen))
      if (phase === 'raised' && type === 'line-crossing')
        this.latenciesMs.push(nowMs - Date.parse(occurredAt));
    this.#seen = this.events.length;
  }
}
