/**
 * How the int8 network's output bytes are read: value = (byte − zero) · scale. Fixed by design, so that build and
 * postprocessing agree without a calibration; wider than what calibration and street footage show.
 */
export type OutputCode = { scale: number; zero: number };

/** Class logits −7.2..3: scores 0.0007..0.953. A step is 0.01 of score at most. */
export const logitCode: OutputCode = { scale: 0.04, zero: 180 };

/** Logits of the distances' bins −8..12.4. */
export const distanceCode: OutputCode = { scale: 0.08, zero: 100 };
