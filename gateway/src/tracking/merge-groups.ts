import { type Detection, groupOf } from '@pingan/models/contract';
import { grownOverlap } from './boxes.ts';
import { centred } from './followed.ts';

/** Boxes of one thing under two names overlap nearly wholly. */
const SAME_THING = 0.7;

/**
 * Joins detections of one thing under several names of its group: a scooter is half a bicycle and half a motorcycle to the detector, and
 * each half alone looks doubtful. The surer name stays; its certainty is that of either being right, 1 − Π(1 − p) over the names.
 * @param looks best first
 */
export function mergeGroups(looks: readonly Detection[]): Detection[] {
  const merged: { look: Detection; labels: Set<string> }[] = [];
  for (const look of looks) {
    const group = groupOf(look.label);
    const partner = merged.find(
      ({ look: other, labels }) =>
        group !== look.label &&
        groupOf(other.label) === group &&
        !labels.has(look.label) &&
        grownOverlap(centred(other), centred(look), 0) >= SAME_THING,
    );
    if (!partner) {
      merged.push({ look, labels: new Set([look.label]) });
      continue;
    }
    partner.labels.add(look.label);
    const confidence = 1 - (1 - partner.look.confidence) * (1 - look.confidence);
    partner.look = { ...partner.look, confidence };
  }
  return merged.map(({ look }) => look);
}
