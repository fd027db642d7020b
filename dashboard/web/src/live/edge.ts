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

const SEEK_LAG = 1.5;
const KEEP_BEHIND = 8;
const TRIM_FROM = 15;

/** What the player knows of itself and of the stream. */
export type EdgeOptions = {
  /** Current playback rate; 1 where it is not given. */
  rate?: number;
  /** Seconds that one picture lasts; 0.2 (5 pictures a second) while nobody knows. */
  frameSeconds?: number;
};

/**
 * How far behind is too far, how near is near enough again, and where a jump lands: counted in pictures, because a small sub-stream of 5
 * pictures a second has always one of 0.2 s waiting; never below what the network and the decoder need.
 */
const limitsOf = (frame: number) => ({
  catchUp: Math.max(0.15, 2 * frame + 0.05),
  caughtUp: Math.max(0.08, 1.25 * frame),
  margin: Math.max(0.06, frame),
});

/** 1.05 just above the limit, 1.1 from half a second of lag on: too little to be seen, enough to catch up. */
function rateFor(lag: number, rate: number, limits: ReturnType<typeof limitsOf>): number {
  if (lag <= (rate > 1 ? limits.caughtUp : limits.catchUp)) return 1;
  return lag < 0.5 ? 1.05 : 1.1;
}

/**
 * Keeps the position at the live edge: seeks over gaps and long lags, plays slightly faster over short ones, and
 * says what to forget.
 * @param ranges buffered ranges in ascending order; of no use when empty
 * @param at current position
 */
export function edgeAction(
  ranges: readonly BufferedRange[],
  at: number,
  { rate = 1, frameSeconds = 0.2 }: EdgeOptions = {},
): EdgeAction {
  const limits = limitsOf(frameSeconds);
  const first = ranges[0];
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return { rate: 1 };
  const lag = last.end - at;
  const isOutside = at < last.start || lag < -0.5;
  const trim = at - first.start > TRIM_FROM ? { trimTo: at - KEEP_BEHIND } : {};
  if (isOutside || lag > SEEK_LAG) {
    return { seekTo: Math.max(last.start, last.end - limits.margin), rate: 1, ...trim };
  }
  return { rate: rateFor(lag, rate, limits), ...trim };
}
