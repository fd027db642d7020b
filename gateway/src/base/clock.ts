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
