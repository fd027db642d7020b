/** Days, ISO weeks and months by their first day (YYYY-MM-DD), without a time zone. Pure. */
import type { Period, PeriodKind } from '../../api/safety-index-types.ts';

const DAY_MS = 86_400_000;
const dayOf = (start: string): Date => new Date(`${start}T00:00:00Z`);
const textOf = (date: Date): string => date.toISOString().slice(0, 10);

/** The first day of the period that a day (YYYY-MM-DD) lies in. Weeks start on Monday (ISO 8601). */
export function periodStart(kind: PeriodKind, day: string): string {
  if (kind === 'day') return day;
  if (kind === 'month') return `${day.slice(0, 7)}-01`;
  const date = dayOf(day);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return textOf(new Date(date.getTime() - sinceMonday * DAY_MS));
}

/** Number and year of an ISO 8601 week, from its Monday: the week belongs to the year of its Thursday. */
export function isoWeek(monday: string): { year: number; week: number } {
  const thursday = new Date(dayOf(monday).getTime() + 3 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return { year, week };
}

/** "2026-11-22", "2026-W47", "2026-11": the same in every language. */
export function periodText({ kind, start }: Period): string {
  if (kind === 'day') return start;
  if (kind === 'month') return start.slice(0, 7);
  const { year, week } = isoWeek(start);
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Today by the clock of this browser, YYYY-MM-DD. */
export function localDay(now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
