import type { ReasonMeasure, Zone } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import type { Sight } from './outcome.ts';
import { trackDetail } from './zone-stays.ts';

/** Something that has lasted for so many seconds in a zone. */
export type Lasting = { track: Track; seconds: number };
export type LastingLimit = { zone: Zone; kind: ReasonMeasure; limit: number };

/** Ripe, and a cause, while what has lasted longest has reached the limit; of equal ones the lowest track number is told. */
export function lastingSight(lasting: readonly Lasting[], { zone, kind, limit }: LastingLimit): Sight {
  const [longest] = lasting.toSorted((a, b) => b.seconds - a.seconds || a.track.id - b.track.id);
  const isRipe = longest !== undefined && longest.seconds >= limit;
  return {
    cause: isRipe,
    ripe: isRipe,
    reason: () => ({
      zone,
      ...(longest && {
        track: trackDetail(longest.track, longest.seconds),
        measures: [{ kind, value: longest.seconds, limit }],
      }),
    }),
  };
}
