/** Where a live video should be in what is buffered. Pure; all times in seconds of the media timeline. */
export type BufferedRange = { start: number; end: number };

export type EdgeAction = {
  /** Jump there; absent when the position is good. */
  seekTo?: number;
  /** Playback rate until the next look. */
  rate: number;
  /** Everything before may go; absent when little is buffered. */
  trimTo?: number;
};

const CATCH_UP_LAG = 0.4;
const SEEK_LAG = 1.5;
/** How far behind the newest picture a jump lands: one or two pictures at 10–25 fps. */
const EDGE_MARGIN = 0.12;
const KEEP_BEHIND = 8;
const TRIM_FROM = 15;

/** Once catching up, it goes on until this little is left: one picture at 5 fps. */
const CAUGHT_UP_LAG = 0.2;

/** 1.05 just above the limit, 1.1 from one second of lag on: too little to be seen, enough to catch up. */
function rateFor(lag: number, rate: number): number {
  const limit = rate > 1 ? CAUGHT_UP_LAG : CATCH_UP_LAG;
  if (lag <= limit) return 1;
  return lag < 1 ? 1.05 : 1.1;
}

/**
 * Keeps the position at the live edge: seeks over gaps and long lags, plays slightly faster over short ones, and
 * says what to forget.
 * @param ranges buffered ranges in ascending order; of no use when empty
 * @param at current position
 * @param rate current playback rate
 */
export function edgeAction(ranges: readonly BufferedRange[], at: number, rate = 1): EdgeAction {
  const first = ranges[0];
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return { rate: 1 };
  const lag = last.end - at;
  const isOutside = at < last.start || lag < -0.5;
  const trim = at - first.start > TRIM_FROM ? { trimTo: at - KEEP_BEHIND } : {};
  if (isOutside || lag > SEEK_LAG) {
    return { seekTo: Math.max(last.start, last.end - EDGE_MARGIN), rate: 1, ...trim };
  }
  return { rate: rateFor(lag, rate), ...trim };
}
