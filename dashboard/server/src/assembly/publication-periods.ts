import { Problem } from '../base/problem.ts';
import { addDays } from '../base/zoned-time.ts';
import { type Period as EnginePeriod, IndexError, periodOf } from '../index/index.ts';
import type { Period } from '../routes/safety-index/schemas.ts';

const DAY_MS = 86_400_000;
const MONDAY_HINT = 'A week begins on a Monday.';

/** ISO week of a day: 2026-W47. */
function weekOf(day: string): string {
  const at = Date.parse(day);
  const thursday = new Date(at + (3 - ((new Date(at).getUTCDay() + 6) % 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

const CODES: Record<Period['kind'], (start: string) => string> = {
  day: (start) => start,
  week: weekOf,
  month: (start) => start.slice(0, 7),
};

/** The period as the engine knows it. Throws the problem "invalid" when `start` is not its first day. */
export function enginePeriod({ kind, start }: Period): EnginePeriod {
  const isDay = !Number.isNaN(Date.parse(start)) && new Date(start).toISOString().slice(0, 10) === start;
  try {
    const period = isDay ? periodOf(CODES[kind](start)) : null;
    if (period?.from === start) return period;
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
  }
  const hint = kind === 'week' ? MONDAY_HINT : kind === 'month' ? 'A month begins on its first day.' : '';
  throw new Problem('invalid', {
    field: 'body.period.start',
    message: `${start} is not the first day of a ${kind}. ${hint}`.trim(),
  });
}

/** The last day, week and month that are over on the day `today`. */
export function endedPeriods(today: string): Period[] {
  const yesterday = addDays(today, -1);
  const weekday = (new Date(today).getUTCDay() + 6) % 7;
  const lastOfMonth = addDays(`${today.slice(0, 7)}-01`, -1);
  return [
    { kind: 'day', start: yesterday },
    { kind: 'week', start: addDays(today, -weekday - 7) },
    { kind: 'month', start: `${lastOfMonth.slice(0, 7)}-01` },
  ];
}
