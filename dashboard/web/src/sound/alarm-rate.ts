/** Alarm load of one seat (ISA-18.2 and EEMUA 191 as commonly quoted): ≤ 1, ≤ 2, > 2, > 10 in ten minutes. Pure. */
import type { EventItem } from '../api/types.ts';

export const RATE_WINDOW_MS = 10 * 60_000;
export type RateLevel = 'calm' | 'busy' | 'high' | 'flood';

type Raised = Pick<EventItem, 'occurredAt' | 'severity'>;

/** How many were raised in the ten minutes up to `nowMs`. A clock slightly ahead still counts. */
export const alarmRate = (events: readonly Raised[], nowMs: number): number =>
  events.filter(({ occurredAt }) => Date.parse(occurredAt) > nowMs - RATE_WINDOW_MS).length;

export const rateLevel = (rate: number): RateLevel =>
  rate > 10 ? 'flood' : rate > 2 ? 'high' : rate > 1 ? 'busy' : 'calm';

/** Level 1 and 2 sound; in a flood only level 1. */
export function soundFor(severity: number, rate: number): 1 | 2 | null {
  if (severity === 1) return 1;
  return severity === 2 && rateLevel(rate) !== 'flood' ? 2 : null;
}

export type RateBar = { startMs: number; bySeverity: [number, number, number, number] };

/** Counts per ten minutes of the clock and severity, oldest first; the last bar is the running ten minutes. */
export function rateBars(events: readonly Raised[], nowMs: number, bars: number): RateBar[] {
  const lastStart = Math.floor(nowMs / RATE_WINDOW_MS) * RATE_WINDOW_MS;
  const result = Array.from(
    { length: bars },
    (_, index): RateBar => ({
      startMs: lastStart - (bars - 1 - index) * RATE_WINDOW_MS,
      bySeverity: [0, 0, 0, 0],
    }),
  );
  for (const { occurredAt, severity } of events) {
    const ahead = Math.floor((Date.parse(occurredAt) - lastStart) / RATE_WINDOW_MS);
    const bar = result[bars - 1 + Math.min(0, ahead)];
    const slot = severity - 1;
    if (bar !== undefined && (slot === 0 || slot === 1 || slot === 2 || slot === 3))
      bar.bySeverity[slot] += 1;
  }
  return result;
}
