/** Alarms of a rule on a camera that operators called true and false. */
export type VerdictCounts = { confirmed: number; refuted: number };

/**
 * `collecting`: too few verdicts to say anything. `proposed`: so often false that it is proposed for a trial; nothing silences it by
 * itself.
 */
export type RuleStanding = 'collecting' | 'good' | 'proposed';

export type PrecisionSettings = {
  /** Below this share of true alarms a rule is proposed, 0..1. */
  proposeBelowPrecision: number;
  /** With fewer verdicts there is no precision. */
  minimumVerdicts: number;
};

/** Share of true alarms among those judged, 0..1 (precision = TP / (TP + FP)); null while too few are judged. */
export function precisionOf(
  { confirmed, refuted }: VerdictCounts,
  { proposeBelowPrecision, minimumVerdicts }: PrecisionSettings,
): { precision: number | null; standing: RuleStanding } {
  const verdicts = confirmed + refuted;
  if (verdicts === 0 || verdicts < minimumVerdicts) return { precision: null, standing: 'collecting' };
  const precision = confirmed / verdicts;
  return { precision, standing: precision < proposeBelowPrecision ? 'proposed' : 'good' };
}
