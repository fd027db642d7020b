import type { IndicatorFact } from './area-figures.ts';
import { IndexError } from './errors.ts';

/** How long the cameras of an area could have seen something, over a period. All in camera-seconds. */
export interface CameraWatch {
  /** Cameras × length of the period. */
  expectedSeconds: number;
  /** Online and with a picture found valid (not black, frozen, blurred, covered or turned away), both at once. */
  validSeconds: number;
}

/**
 * A rate of confirmed alerts per camera-hour online with a valid picture. A camera that saw nothing because it was
 * off or blind adds neither alerts nor hours, so it does not make its area look safe; twice the cameras seeing the
 * same state give twice the alerts over twice the hours. `coverage` is the share of expected time that was valid,
 * to be compared with the indicator's `minCoverage`; the hours are compared with its `denominator.min`.
 * @param confirmed alerts that a person confirmed; alerts not confirmed are no argument of anything here.
 * @throws IndexError of kind `data` for negative figures or more valid than expected time.
 */
export function exposureFact(
  confirmed: number,
  { expectedSeconds, validSeconds }: CameraWatch,
): IndicatorFact {
  const isSound = confirmed >= 0 && validSeconds >= 0 && validSeconds <= expectedSeconds * (1 + 1e-9);
  if (!isSound)
    throw new IndexError('data', [
      `${confirmed} confirmed alerts over ${validSeconds} valid of ${expectedSeconds} camera-seconds: none may be negative, and valid time is part of the expected; count each camera-second once`,
    ]);
  return {
    numerator: confirmed,
    denominator: validSeconds / 3600,
    coverage: expectedSeconds > 0 ? Math.min(1, validSeconds / expectedSeconds) : 0,
  };
}
