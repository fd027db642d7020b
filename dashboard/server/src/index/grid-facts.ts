import type { IndicatorFact } from './area-figures.ts';
import { type CameraWatch, exposureFact } from './exposure.ts';

/** `done` of `due`: rates of things that were to be done. */
export interface Share {
  done: number;
  due: number;
}

/** Alerts of one kind and the watch of the cameras whose rule can raise it. */
export interface WatchedAlerts {
  /** Everything the machines said; kept for operations, it takes no part in the index. */
  raised: number;
  confirmed: number;
  watch: CameraWatch;
}

/** What is known of one grid over one period. What was never reported or imported is left out, not 0. */
export interface GridFigures {
  people: number;
  days: number;
  reported: Partial<Record<(typeof REPORTED)[number], number>>;
  deaths?: number;
  alerts: Partial<Record<'lane-alerts' | 'ebike-alerts', WatchedAlerts>>;
  shares: Partial<Record<(typeof SHARES)[number], Share>>;
  /** Rates that rest on observation, with the share of it that took place. */
  observed: Partial<Record<'online-rate' | 'picture-rate', Share & { coverage: number }>>;
}

const REPORTED = ['reported-cases', 'major-cases', 'fires', 'accidents', 'disputes-escalated'] as const;

const SHARES = [
  'fire-hazards-fixed',
  'work-hazards-fixed',
  'disputes-settled',
  'connected-rate',
  'sites-covered',
  'patrols-done',
  'escalation-rate',
  'on-time-rate',
  'rework-rate',
  'satisfied-rate',
] as const;

const DAYS_A_YEAR = 365.25;

/**
 * The facts of one grid for the product's framework (`config/index/pingan.yaml`). Reported incidents are over
 * person-years, confirmed alerts over camera-hours with a valid picture, everything else over what was due.
 * @throws IndexError of kind `data` for impossible watch times.
 */
export function factsOfGrid(figures: GridFigures): Record<string, IndicatorFact> {
  const personYears = (figures.people * figures.days) / DAYS_A_YEAR;
  const facts: Record<string, IndicatorFact> = {};
  for (const code of REPORTED) {
    const count = figures.reported[code];
    if (count !== undefined) facts[code] = { numerator: count, denominator: personYears, coverage: 1 };
  }
  for (const code of ['lane-alerts', 'ebike-alerts'] as const) {
    const alerts = figures.alerts[code];
    if (alerts !== undefined) facts[code] = exposureFact(alerts.confirmed, alerts.watch);
  }
  for (const code of SHARES) {
    const share = figures.shares[code];
    if (share !== undefined) facts[code] = { numerator: share.done, denominator: share.due, coverage: 1 };
  }
  for (const code of ['online-rate', 'picture-rate'] as const) {
    const share = figures.observed[code];
    if (share !== undefined)
      facts[code] = { numerator: share.done, denominator: share.due, coverage: share.coverage };
  }
  if (figures.deaths !== undefined)
    facts['deaths'] = { numerator: figures.deaths, denominator: 1, coverage: 1 };
  return facts;
}
