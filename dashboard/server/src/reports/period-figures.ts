import type { Area } from '../routes/schemas.ts';

export type Figure = { amount: number; coverage: number };
/** Everything a period is computed from, whatever the framework: areas with their people, and measures per area. */
export type PeriodFigures = {
  /** First and last day that count, YYYY-MM-DD. */
  from: string;
  to: string;
  days: number;
  areas: (Area & { population: number | null })[];
  /** By area without areas below it, then by measure. */
  figures: Record<string, Record<string, Figure>>;
};

export type Sum = { areaCode: string; measure: string; origin: string; amount: number; coverage: number };
export type Span = { firstDay: string; lastDay: string };
export type FigureSources = {
  from: string;
  to: string;
  areas: readonly Area[];
  sums: readonly Sum[];
  populations: ReadonlyMap<string, number>;
  spans: readonly Span[];
};

const DAY_MS = 86_400_000;
const DAYS_A_YEAR = 365.25;

/** Days of `from`..`to` (both included). */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

/** Days of the period on which at least one source of reports was telling. */
export function reportedDays(from: string, to: string, spans: readonly Span[]): number {
  let count = 0;
  for (let day = Date.parse(from); day <= Date.parse(to); day += DAY_MS) {
    const text = new Date(day).toISOString().slice(0, 10);
    if (spans.some(({ firstDay, lastDay }) => firstDay <= text && text <= lastDay)) count += 1;
  }
  return count;
}

/**
 * Puts the sums of a period together. Person-years count only the days on which reports were coming in, so that days without
 * any source neither lower a rate nor read as quiet. Figures of areas that have areas below them are left out.
 */
export function gatherFigures({ from, to, areas, sums, populations, spans }: FigureSources): PeriodFigures {
  const days = daysBetween(from, to);
  const parents = new Set(areas.map(({ parent }) => parent));
  const leaves = new Map(
    areas
      .filter(({ code }) => !parents.has(code))
      .map(({ code }): [string, Record<string, Figure>] => [code, {}]),
  );
  for (const { areaCode, measure, origin, amount, coverage } of sums) {
    const own = leaves.get(areaCode);
    if (own === undefined) continue;
    own[measure] = { amount, coverage: origin === 'devices' ? Math.min(1, coverage / days) : 1 };
  }
  const told = reportedDays(from, to, spans);
  for (const [code, own] of leaves) {
    const people = populations.get(code);
    if (people === undefined || told === 0) continue;
    own['person-years'] = { amount: (people * told) / DAYS_A_YEAR, coverage: told / days };
  }
  return {
    from,
    to,
    days,
    areas: areas.map((area) => ({ ...area, population: populations.get(area.code) ?? null })),
    figures: Object.fromEntries(leaves),
  };
}
