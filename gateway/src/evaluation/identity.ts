import { assign } from '../base/assignment.ts';
import { byFrame, type MotRow, overlapOf } from './mot-text.ts';

/** Identity measures (Ristani et al. 2016): whole trajectories are matched once so that most boxes agree. Ratios 0..1, null without boxes. */
export type IdentityScores = { idf1: number | null; idPrecision: number | null; idRecall: number | null };

const MIN_OVERLAP = 0.5;

const indexed = (ids: Iterable<number>): Map<number, number> =>
  new Map([...new Set(ids)].sort((a, b) => a - b).map((id, index) => [id, index]));

/** Frames in which trajectory pairs overlap at 0.5 or more, rows = truth, columns = result. */
function sharedFrames(
  truth: readonly MotRow[],
  result: readonly MotRow[],
): { shared: Float64Array; rows: number; columns: number } {
  const rowOf = indexed(truth.map(({ id }) => id));
  const columnOf = indexed(result.map(({ id }) => id));
  const columns = columnOf.size;
  const shared = new Float64Array(rowOf.size * columns);
  const results = byFrame(result);
  for (const one of truth) {
    for (const other of results.get(one.frame) ?? []) {
      if (overlapOf(one.box, other.box) < MIN_OVERLAP) continue;
      const at = (rowOf.get(one.id) ?? 0) * columns + (columnOf.get(other.id) ?? 0);
      shared[at] = (shared[at] ?? 0) + 1;
    }
  }
  return { shared, rows: rowOf.size, columns };
}

/**
 * IDF1 = 2·IDTP / (truth boxes + result boxes). Leaving a trajectory unmatched costs its boxes on either side, so the assignment that
 * shares most frames is the one of Ristani's minimum cost. Ignored truth (score 0) takes no part.
 */
export function identityScores(truth: readonly MotRow[], result: readonly MotRow[]): IdentityScores {
  const wanted = truth.filter(({ score }) => score > 0);
  const ignored = byFrame(truth.filter(({ score }) => score <= 0));
  const wantedByFrame = byFrame(wanted);
  const counted = result.filter(({ frame, box }) => {
    const onIgnored = (ignored.get(frame) ?? []).some((row) => overlapOf(row.box, box) >= MIN_OVERLAP);
    const onWanted = (wantedByFrame.get(frame) ?? []).some((row) => overlapOf(row.box, box) >= MIN_OVERLAP);
    return onWanted || !onIgnored;
  });
  const { shared, rows, columns } = sharedFrames(wanted, counted);
  const most = shared.reduce((top, value) => Math.max(top, value), 0);
  const costs = shared.map((value) => most - value);
  const agreeing =
    rows > 0 && columns > 0
      ? assign(costs, rows, columns).reduce(
          (sum, column, row) => sum + (column < 0 ? 0 : (shared[row * columns + column] ?? 0)),
          0,
        )
      : 0;
  const boxes = wanted.length + counted.length;
  return {
    idf1: boxes === 0 ? null : (2 * agreeing) / boxes,
    idPrecision: counted.length === 0 ? null : agreeing / counted.length,
    idRecall: wanted.length === 0 ? null : agreeing / wanted.length,
  };
}
