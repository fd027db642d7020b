import type { Now } from '../base/clock.ts';
import { addDays, dayAt } from '../base/zoned-time.ts';
import { addSums, figuresOf, type HealthFigure, type HealthSums, NO_SUMS } from './figures.ts';

export type HealthOptions = {
  minimumCoverage: number;
  clockToleranceSeconds: number;
  clockMinimumSamples: number;
  clockAccurateShare: number;
};

type SumsQuery = {
  from: string;
  to: string;
  now: Date;
  minimumCoverage: number;
  clock: { toleranceMs: number; minimumSamples: number; accurateShare: number };
  gatewayId?: string | undefined;
  cameraId?: string | undefined;
  areas?: readonly string[] | undefined;
};

export type HealthPorts = {
  sums(query: SumsQuery): Promise<(HealthSums & { gatewayId: string; areaCode: string | null })[]>;
  /** Codes of the area and of those it lies in, outermost first. */
  lineOf(code: string): string[];
  /** Codes of the area and of all areas below it. */
  within(code: string): string[];
  timeZone: string;
  slotSeconds: number;
  now: Now;
};

/** Days YYYY-MM-DD, both counted. */
export type Days = { from: string; to: string };
export type FigureRow = { key: string; cameras: number; figures: HealthFigure[] };

const DEFAULT_DAYS = 7;

/** The operations figures of areas, gateways and single cameras over some days of the centre's time zone. */
export class HealthFigures {
  readonly #ports: HealthPorts;
  readonly options: HealthOptions;

  constructor(ports: HealthPorts, options: HealthOptions) {
    this.#ports = ports;
    this.options = options;
  }

  /** The last seven days, today included, where nothing is asked for. */
  days({ from, to }: { from?: string | undefined; to?: string | undefined }): Days {
    const last = to ?? this.dayAt(this.#ports.now());
    return { from: from ?? addDays(last, 1 - DEFAULT_DAYS), to: last };
  }

  dayAt(ms: number): string {
    return dayAt(ms, this.#ports.timeZone);
  }

  /** One row per gateway, by id; only those in the area, where one is given. */
  async byGateway(days: Days, area?: string): Promise<FigureRow[]> {
    const rows = await this.#sums(days, area === undefined ? {} : { areas: this.#ports.within(area) });
    return rows.map((sums) => this.#row(sums.gatewayId, sums));
  }

  /** One row per area that has cameras in it or below it, by code; only the given area and those below it, where one is given. */
  async byArea(days: Days, area?: string): Promise<FigureRow[]> {
    const within = area === undefined ? undefined : this.#ports.within(area);
    const rows = await this.#sums(days, within === undefined ? {} : { areas: within });
    const byArea = new Map<string, HealthSums>();
    for (const sums of rows) {
      const line = sums.areaCode === null ? [] : this.#ports.lineOf(sums.areaCode);
      for (const code of line) {
        if (within !== undefined && !within.includes(code)) continue;
        byArea.set(code, addSums(byArea.get(code) ?? NO_SUMS, sums));
      }
    }
    return [...byArea].map(([code, sums]) => this.#row(code, sums)).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The figures of one camera. */
  async ofCamera(days: Days, key: { gatewayId: string; cameraId: string }): Promise<HealthFigure[]> {
    const rows = await this.#sums(days, key);
    return this.#row('', rows.reduce(addSums, NO_SUMS)).figures;
  }

  #row(key: string, sums: HealthSums): FigureRow {
    const { minimumCoverage } = this.options;
    const { slotSeconds } = this.#ports;
    return { key, cameras: sums.cameras, figures: figuresOf(sums, { minimumCoverage, slotSeconds }) };
  }

  #sums(days: Days, narrow: Partial<SumsQuery>) {
    const { minimumCoverage, clockToleranceSeconds, clockMinimumSamples, clockAccurateShare } = this.options;
    return this.#ports.sums({
      ...days,
      ...narrow,
      now: new Date(this.#ports.now()),
      minimumCoverage,
      clock: {
        toleranceMs: clockToleranceSeconds * 1000,
        minimumSamples: clockMinimumSamples,
        accurateShare: clockAccurateShare,
      },
    });
  }
}
