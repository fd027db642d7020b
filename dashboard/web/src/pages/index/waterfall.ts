/** The steps of a waterfall from one score to another. Pure. */
export type Part = { code: string; part: number };
export type Step<P extends Part> = P & { from: number; to: number };
export type Waterfall<P extends Part> = {
  steps: Step<P>[];
  /** What all parts add up to. */
  sum: number;
  /** Parts too small to be drawn one by one, taken together; null when there are none. */
  rest: { count: number; part: number; from: number; to: number } | null;
};

/**
 * Largest parts first, at most `limit` of them, the others as one step; the last step ends at `start` plus the sum.
 * Parts of nought are left out of the steps and change nothing.
 */
export function waterfall<P extends Part>(parts: readonly P[], start: number, limit: number): Waterfall<P> {
  const ordered = parts
    .filter(({ part }) => part !== 0)
    .toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part));
  let level = start;
  const steps = ordered.slice(0, limit).map((part) => {
    const from = level;
    level += part.part;
    return { ...part, from, to: level };
  });
  const others = ordered.slice(limit);
  const restPart = sumOf(others);
  const rest =
    others.length === 0 ? null : { count: others.length, part: restPart, from: level, to: level + restPart };
  return { steps, rest, sum: sumOf(parts) };
}

export const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { part }) => sum + part, 0);

/** True when parts add up to a difference within rounding (1e-9). */
export const addsUp = (parts: readonly Part[], difference: number): boolean =>
  Math.abs(sumOf(parts) - difference) < 1e-9;

/** "+1.25", "−0.40", "0.00": a change with its sign. */
export function changeText(change: number, digits = 2): string {
  const text = Math.abs(change).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${change < 0 ? '−' : '+'}${text}`;
}
