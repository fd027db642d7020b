/** Two clocks: wall time for people, monotonic time for durations. Injected wherever behaviour depends on time. */
export type Clock = {
  /** Milliseconds since the epoch. May jump. */
  now(): number;
  /** Milliseconds since some point at start. Never jumps. */
  monotonic(): number;
};

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** RFC 3339 in UTC with milliseconds, as the contract wants it. Out-of-range times are clamped to 1970..9999. */
export function timestamp(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 253_402_300_799_000)).toISOString();
}

/** `2026-11-22 16:05:09 +08:00`: local time of this machine for people, the zone with it. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const offsetMinutes = -date.getTimezoneOffset();
  const local = new Date(ms + offsetMinutes * 60_000).toISOString();
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${offsetMinutes < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}
