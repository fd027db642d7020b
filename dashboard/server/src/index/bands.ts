import type { Band } from './framework-schema.ts';

/**
 * The band of a score: the highest whose `from` is not above it. A score below every `from` is in the lowest
 * band; no score, or no bands, is in none.
 * @param bands in rising order of `from`.
 */
export function bandOf(score: number, bands: readonly Band[]): Band | null {
  if (Number.isNaN(score)) return null;
  return bands.findLast((band) => band.from <= score) ?? bands[0] ?? null;
}

/**
 * The band with hysteresis: it changes only where the score is beyond the border of the previous band by
 * `margin` points, so that a score that hovers at a border does not flicker between two colours.
 */
export function nextBand(
  previous: string | null,
  score: number,
  { bands, margin }: { bands: readonly Band[]; margin: number },
): Band | null {
  const plain = bandOf(score, bands);
  const index = bands.findIndex((band) => band.code === previous);
  const before = bands[index];
  if (plain === null || before === undefined || plain.code === before.code) return plain;
  const above = bands[index + 1];
  const leavesUpwards = above !== undefined && score >= above.from + margin;
  const leavesDownwards = index > 0 && score < before.from - margin;
  return leavesUpwards || leavesDownwards ? plain : before;
}

/**
 * How many of the latest periods in a row were in an alert band. A period without a score neither adds to the
 * row nor ends it: no data is not a recovery.
 * @param history band codes from the oldest to the latest period; null is a period without a score.
 */
export function countConsecutiveAlerts(history: readonly (string | null)[], bands: readonly Band[]): number {
  const alerts = new Set(bands.filter((band) => band.alert === true).map((band) => band.code));
  const scored = history.filter((code) => code !== null);
  const lastCalm = scored.findLastIndex((code) => !alerts.has(code));
  return scored.length - 1 - lastCalm;
}
