import { labelsOf } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';

/** What a rule looks at; see the contract. */
export type SubjectOptions = { labels: readonly string[]; minConfidence: number; minHeight: number };

/** Whoever counts already may fall this far below the least confidence and height. */
const STAY_FACTOR = 0.8;

/** Says whether a track is one that the rule is about; `isKnown`: it counted at the last look. Only confirmed tracks count. */
export function createSubject(options: SubjectOptions): (track: Track, isKnown: boolean) => boolean {
  const labels = labelsOf(options.labels);
  return (track, isKnown) => {
    const factor = isKnown ? STAY_FACTOR : 1;
    return (
      track.state === 'confirmed' &&
      labels.has(track.label) &&
      track.confidence >= options.minConfidence * factor &&
      track.box[3] >= options.minHeight * factor
    );
  };
}
