import { IndexError } from './errors.ts';

export type PeriodKind = 'day' | 'week' | 'month' | 'year';

/** A day `2026-11-22`, an ISO 8601 week `2026-W47`, a month `2026-11` or a year `2026`. `to` is its last day. */
export interface Period {
  code: string;
  kind: PeriodKind;
  from: string;
  to: string;
  days: number;
}

const DAY_MS = 86_400_000;

/** @throws IndexError of kind `data` for anything that is no period. */
export function periodOf(code: string): Period {
  const [, year = '', rest = ''] = /^(\d{4})(?:-(W\d{2}|\d{2}(?:-\d{2})?))?$/.exec(code) ?? [];
  const first = startOf(Number(year), rest);
  const kind = rest === '' ? 'year' : rest.startsWith('W') ? 'week' : rest.length === 2 ? 'month' : 'day';
  if (Number(year) < 1970 || Number.isNaN(first) || codeOf(kind, first) !== code)
    throw new IndexError('data', [
      `period "${code}": must be a day 2026-11-22, a week 2026-W47, a month 2026-11 or a year 2026`,
    ]);
  const days = Math.round((next(kind, first) - first) / DAY_MS);
  return { code, kind, from: isoDay(first), to: isoDay(first + (days - 1) * DAY_MS), days };
}

/** The period just before (环比: month on month, week on week …). */
export function previousPeriod({ kind, from }: Period): Period {
  return periodOf(codeOf(kind, Date.parse(from) - DAY_MS));
}

/**
 * The same period some years before (同比): the same month, the same date (29 February: the 28th), the week of the
 * same number (week 53: the 52nd where that year has no 53rd).
 */
export function samePeriod({ kind, code }: Period, yearsBefore: number): Period {
  const year = String(Number(code.slice(0, 4)) - yearsBefore).padStart(4, '0');
  const there = `${year}${code.slice(4)}`;
  const last = codeOf('week', Date.parse(`${year}-12-28`));
  if (kind === 'week' && there > last) return periodOf(last);
  if (kind === 'day' && code.endsWith('-02-29') && !isLeap(Number(year))) return periodOf(`${year}-02-28`);
  return periodOf(there);
}

function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}

function startOf(year: number, rest: string): number {
  if (rest === '') return Date.UTC(year, 0, 1);
  if (rest.startsWith('W')) {
    const fourth = Date.UTC(year, 0, 4);
    return fourth - weekday(fourth) * DAY_MS + (Number(rest.slice(1)) - 1) * 7 * DAY_MS;
  }
  const [month = '', day = '01'] = rest.split('-');
  return Date.UTC(year, Number(month) - 1, Number(day));
}

function next(kind: PeriodKind, first: number): number {
  const date = new Date(first);
  if (kind === 'year') return Date.UTC(date.getUTCFullYear() + 1, 0, 1);
  if (kind === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  return first + (kind === 'week' ? 7 : 1) * DAY_MS;
}

/** Monday is 0. */
function weekday(day: number): number {
  return (new Date(day).getUTCDay() + 6) % 7;
}

function codeOf(kind: PeriodKind, day: number): string {
  const text = isoDay(day);
  if (kind === 'day') return text;
  if (kind === 'month') return text.slice(0, 7);
  if (kind === 'year') return text.slice(0, 4);
  const thursday = day + (3 - weekday(day)) * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function isoDay(day: number): string {
  return Number.isNaN(day) ? '' : new Date(day).toISOString().slice(0, 10);
}
