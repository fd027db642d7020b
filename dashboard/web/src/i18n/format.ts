/** Times, ages and figures as people read them. Pure: the clock and the time zone are given. */
import type { Language } from './language.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Age = { unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days'; count: number };

/** How long ago; a time in the future (another clock runs ahead) reads "just now". */
export function ageOf(at: string, nowMs: number): Age {
  const ms = nowMs - Date.parse(at);
  if (!Number.isFinite(ms) || ms < 5 * SECOND) return { unit: 'now', count: 0 };
  if (ms < MINUTE) return { unit: 'seconds', count: Math.floor(ms / SECOND) };
  if (ms < HOUR) return { unit: 'minutes', count: Math.floor(ms / MINUTE) };
  if (ms < 2 * DAY) return { unit: 'hours', count: Math.floor(ms / HOUR) };
  return { unit: 'days', count: Math.floor(ms / DAY) };
}

export type Span = { unit: 'seconds' | 'minutes' | 'hours'; value: string };

/** A length of time in the unit that suits it. */
export function spanOf(seconds: number): Span {
  const [unit, size] = seconds < 90 ? ['seconds', 1] : seconds < 5400 ? ['minutes', 60] : ['hours', 3600];
  const value = Number((seconds / Number(size)).toFixed(1)).toString();
  if (unit === 'minutes') return { unit, value };
  return { unit: unit === 'hours' ? 'hours' : 'seconds', value };
}

const pad = (value: number) => String(value).padStart(2, '0');

/** "UTC+8", "UTC−3:30": the zone of the browser's clock. */
export function zoneName(offsetMinutesWest: number): string {
  const east = -offsetMinutesWest;
  const minutes = Math.abs(east) % 60;
  const hours = Math.trunc(Math.abs(east) / 60);
  const sign = east < 0 ? '−' : '+';
  return `UTC${sign}${hours}${minutes === 0 ? '' : `:${pad(minutes)}`}`;
}

/** Local date and time to the second: 2026-11-22 07:04:46. */
export function timeText(at: string | number | Date): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '—';
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${clockText(date)}`;
}

/** Local time of day to the second. */
export function clockText(at: string | number | Date): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** "2026年11月22日 星期日" / "Sun, 22 Nov 2026". */
export function dayText(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    year: 'numeric',
    month: language === 'en' ? 'short' : 'long',
    day: 'numeric',
    weekday: language === 'en' ? 'short' : 'long',
  }).format(at);
}

/** A share as a percentage with at most one digit after the point. */
export const percentText = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

/** Kilobits per second, in Mb/s from 1000 on. */
export const bitrateText = (kbps: number): string =>
  kbps >= 1000 ? `${(kbps / 1000).toFixed(1)} Mb/s` : `${Math.round(kbps)} kb/s`;

/** Up to `digits` after the point, without trailing zeros. */
export const numberText = (value: number, digits = 1): string => Number(value.toFixed(digits)).toString();
