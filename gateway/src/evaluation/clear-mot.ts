import { assign } from '../base/assignment.ts';
import { byFrame, type MotRow, overlapOf } from './mot-text.ts';

/** Counts and ratios of CLEAR-MOT (Bernardin & Stiefelhagen 2008), with fragmentations as the MOTChallenge counts them. */
export type ClearMot = {
  frames: number;
  truthBoxes: number;
  resultBoxes: number;
  matches: number;
  misses: number;
  falsePositives: number;
  idSwitches: number;
  fragmentations: number;
  /** 1 − (misses + false positives + switches) / truth boxes, −∞..1; null without truth. */
  mota: number | null;
  /** Mean overlap of the matched boxes, 0.5..1; null without a match. */
  motp: number | null;
  /** Matched of the result's boxes and of the truth's, 0..1; null where there are none. */
  precision: number | null;
  recall: number | null;
};

const MIN_OVERLAP = 0.5;
/** Cost of a pair that must not be; one overlap is at most 1. */
const NEVER = 1e6;

type Pair = { truth: MotRow; found: MotRow };

/** What one identity of the truth has been through. */
type Past = { foundId: number; isTracked: boolean };

/** The assignment of largest overlap among pairs at 0.5 or more. */
function pairUp(truth: readonly MotRow[], found: readonly MotRow[]): Pair[] {
  if (truth.length === 0 || found.length === 0) return [];
  const overlaps = truth.flatMap((one) => found.map((other) => overlapOf(one.box, other.box)));
  const costs = Float64Array.from(overlaps, (overlap) => (overlap >= MIN_OVERLAP ? 1 - overlap : NEVER));
  return [...assign(costs, truth.length, found.length)].flatMap((column, row) => {
    const [one, other] = [truth[row], found[column]];
    return one && other && (costs[row * found.length + column] ?? NEVER) < NEVER
      ? [{ truth: one, found: other }]
      : [];
  });
}

/** Pairs of the frame before that still overlap stay; the rest is assigned anew. */
function pairFrame(truth: readonly MotRow[], found: readonly MotRow[], pasts: Map<number, Past>): Pair[] {
  const kept = truth.flatMap((one) => {
    const past = pasts.get(one.id);
    const other = past?.isTracked ? found.find(({ id }) => id === past.foundId) : undefined;
    return other && overlapOf(one.box, other.box) >= MIN_OVERLAP ? [{ truth: one, found: other }] : [];
  });
  const usedTruth = new Set(kept.map((pair) => pair.truth));
  const usedFound = new Set(kept.map((pair) => pair.found));
  const rest = pairUp(
    truth.filter((one) => !usedTruth.has(one)),
    found.filter((other) => !usedFound.has(other)),
  );
  return [...kept, ...rest];
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** CLEAR-MOT over the given frames. Boxes of the result that lie on ignored truth (score 0) and match nothing else count neither way. */
export function clearMot(
  truth: readonly MotRow[],
  result: readonly MotRow[],
  frames: readonly number[],
): ClearMot {
  const truths = byFrame(truth);
  const results = byFrame(result);
  const pasts = new Map<number, Past>();
  const counts = { truthBoxes: 0, resultBoxes: 0, matches: 0, idSwitches: 0, fragmentations: 0 };
  let overlapSum = 0;
  for (const frame of [...frames].sort((a, b) => a - b)) {
    const rows = truths.get(frame) ?? [];
    const wanted = rows.filter(({ score }) => score > 0);
    const pairs = pairFrame(wanted, results.get(frame) ?? [], pasts);
    const matched = new Map(pairs.map((pair) => [pair.truth.id, pair.found]));
    const used = new Set(pairs.map((pair) => pair.found));
    const ignored = rows.filter(({ score }) => score <= 0);
    const counted = (results.get(frame) ?? []).filter(
      (row) => used.has(row) || !ignored.some(({ box }) => overlapOf(box, row.box) >= MIN_OVERLAP),
    );
    counts.truthBoxes += wanted.length;
    counts.resultBoxes += counted.length;
    counts.matches += pairs.length;
    overlapSum += pairs.reduce((sum, pair) => sum + overlapOf(pair.truth.box, pair.found.box), 0);
    for (const { id } of wanted) {
      const past = pasts.get(id);
      const now = matched.get(id);
      if (now && past && past.foundId !== now.id) counts.idSwitches += 1;
      if (now && past && !past.isTracked) counts.fragmentations += 1;
      if (now) pasts.set(id, { foundId: now.id, isTracked: true });
      else if (past) past.isTracked = false;
    }
  }
  const misses = counts.truthBoxes - counts.matches;
  const falsePositives = counts.resultBoxes - counts.matches;
  const errors = ratio(misses + falsePositives + counts.idSwitches, counts.truthBoxes);
  return {
    frames: frames.length,
    ...counts,
    misses,
    falsePositives,
    mota: errors === null ? null : 1 - errors,
    motp: ratio(overlapSum, counts.matches),
    precision: ratio(counts.matches, counts.resultBoxes),
    recall: ratio(counts.matches, counts.truthBoxes),
  };
}
