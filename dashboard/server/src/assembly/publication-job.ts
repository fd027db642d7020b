import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { addDays } from '../base/zoned-time.ts';
import type { Period } from '../routes/safety-index/schemas.ts';
import { bringUpToDate, type IndexContext, todayOf } from './publication-context.ts';
import { endedPeriods, enginePeriod } from './publication-periods.ts';
import { SYSTEM } from './publication-rules.ts';

export type JobPorts = {
  context: IndexContext;
  compute(period: Period, actor: string): Promise<string | null>;
  /** Installs what a new database begins with. */
  prepare(): Promise<void>;
};

const MINUTE_MS = 60_000;

/**
 * Keeps the daily figures up to date and drafts the day, week and month that have ended and have figures but no publication
 * yet. Several processes may run it: one of them does the work.
 */
export class PublicationJob {
  readonly #ports: JobPorts;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #isStopping = false;

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { context, prepare } = this.#ports;
    await prepare();
    this.#timer = setInterval(() => void this.processAll(), context.config.index.publishMinutes * MINUTE_MS);
    void this.processAll();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#ports.context.engine.stop();
    await this.#working;
  }

  /** Does now what is due; faults are logged and tried again next time. */
  processAll(): Promise<void> {
    const { context } = this.#ports;
    this.#working ??= context.store.publications
      .alone(() => this.#work())
      .then(() => {})
      .catch((error: unknown) => {
        if (!this.#isStopping)
          context.log.warn({ error: messageOf(error) }, 'index: will try again to draft what is due');
      })
      .finally(() => {
        this.#working = undefined;
      });
    return this.#working;
  }

  async #work(): Promise<void> {
    const { context } = this.#ports;
    const today = todayOf(context);
    await bringUpToDate(context, [addDays(today, -1), today]);
    for (const period of endedPeriods(today)) {
      if (this.#isStopping) return;
      await this.#draft(period);
    }
  }

  async #draft(period: Period): Promise<void> {
    const { context, compute } = this.#ports;
    const { store, log } = context;
    const { from, to } = enginePeriod(period);
    if ((await store.publications.latest(period.kind, period.start)) !== undefined) return;
    if (!(await store.figures.hasDays(from, to))) return;
    try {
      await compute(period, SYSTEM);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ ...period, problem: error.message }, 'index: a period cannot be drafted');
    }
  }
}
