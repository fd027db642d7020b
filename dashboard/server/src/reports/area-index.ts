import type { Now } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { IndexResult } from '../routes/schemas.ts';
import { type AlarmFacts, type CameraFacts, type FactsByArea, factsByArea } from './area-facts.ts';

export type AreaIndexPorts = {
  cameraFacts(from: Date, to: Date): Promise<CameraFacts[]>;
  alarmFacts(from: Date, to: Date): Promise<AlarmFacts[]>;
  /** The engine with its framework and the area tree. */
  compute(facts: FactsByArea, window: { from: Date; to: Date }): IndexResult;
  /** Says that the result is another one; `key` is the time of computing, ms. */
  announce(key: string, at: Date): Promise<void>;
  now: Now;
  log: Logger;
};

export type AreaIndexOptions = {
  windowHours: number;
  recomputeSeconds: number;
  minimumObservedSeconds: number;
};

const HOUR_MS = 3_600_000;
const bySubstance = ({ areas }: IndexResult) =>
  JSON.stringify(areas.map(({ code, score, rank }) => [code, score, rank]));

/** The 平安指数 of every area, computed again every some seconds. */
export class AreaIndex {
  readonly #ports: AreaIndexPorts;
  readonly #options: AreaIndexOptions;
  #result: IndexResult | null = null;
  #timer: NodeJS.Timeout | undefined;
  #computing: Promise<void> | undefined;

  constructor(ports: AreaIndexPorts, options: AreaIndexOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => void this.refresh(), this.#options.recomputeSeconds * 1000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#computing;
  }

  /** The last result; null until the first. */
  current(): IndexResult | null {
    return this.#result;
  }

  /** Computes now; a fault is logged and the last result stays. */
  refresh(): Promise<void> {
    this.#computing ??= this.#refresh()
      .catch((error: unknown) =>
        this.#ports.log.error(
          { error: messageOf(error) },
          'index: could not be computed, the last one stays',
        ),
      )
      .finally(() => {
        this.#computing = undefined;
      });
    return this.#computing;
  }

  async #refresh(): Promise<void> {
    const { cameraFacts, alarmFacts, compute, announce, now } = this.#ports;
    const to = new Date(now());
    const from = new Date(to.getTime() - this.#options.windowHours * HOUR_MS);
    const [cameras, alarms] = await Promise.all([cameraFacts(from, to), alarmFacts(from, to)]);
    const facts = factsByArea(cameras, alarms, this.#options.minimumObservedSeconds);
    const before = this.#result;
    this.#result = compute(facts, { from, to });
    if (before === null || bySubstance(before) !== bySubstance(this.#result)) {
      await announce(String(to.getTime()), to);
    }
  }
}
