import { averagePrecision } from './average-precision.ts';
import { type ClearMot, clearMot } from './clear-mot.ts';
import { type IdentityScores, identityScores } from './identity.ts';
import type { MotRow } from './mot-text.ts';

export { formatRow, type MotRow, parseRows } from './mot-text.ts';

export type Evaluation = { ap50: number | null } & ClearMot & IdentityScores;

/** Every measure over the given frames; rows of other frames are left out. */
export function evaluate(
  truth: readonly MotRow[],
  result: readonly MotRow[],
  frames: readonly number[],
): Evaluation {
  const chosen = new Set(frames);
  const isChosen = ({ frame }: MotRow) => chosen.has(frame);
  const [asked, found] = [truth.filter(isChosen), result.filter(isChosen)];
  return {
    ...averagePrecision(asked, found),
    ...clearMot(asked, found, frames),
    ...identityScores(asked, found),
  };
}
