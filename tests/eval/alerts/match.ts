import type { ReplayEvent } from '../../../gateway/src/assembly/video-replay.ts';
import type { TruthEvent } from './truth-events.ts';

export type Score = {
  wanted: number;
  found: number;
  told: number;
  falseAlarms: ReplayEvent[];
  missed: TruthEvent[];
};

/** A passage may be told this much before or after it was labelled, seconds: labels are one second apart. */
const PASSAGE_SECONDS = 2;
/** An alarm may begin this much before its truth and still be of it, seconds. */
const EARLY_SECONDS = 1.5;

/**
 * Pairs what was told with what should have been: passages one to one by direction and time, alarms by overlap.
 * @param countedFrom what should have been told before is not asked for, and no false alarm when told; seconds
 */
export function score(
  truth: readonly TruthEvent[],
  told: readonly ReplayEvent[],
  countedFrom: number,
): Score {
  const open = new Set(truth);
  const falseAlarms: ReplayEvent[] = [];
  for (const event of told) {
    const isPassage = event.detail.direction !== undefined;
    const partner = [...truth]
      .filter((one) => (isPassage ? open.has(one) && one.direction === event.detail.direction : true))
      .filter(({ from, to }) =>
        isPassage
          ? Math.abs(event.seconds - from) <= PASSAGE_SECONDS
          : event.seconds >= from - EARLY_SECONDS && event.seconds <= to + EARLY_SECONDS,
      )
      .sort((a, b) => Math.abs(a.from - event.seconds) - Math.abs(b.from - event.seconds))[0];
    if (partner) open.delete(partner);
    else falseAlarms.push(event);
  }
  const counts = ({ from }: TruthEvent) => from >= countedFrom;
  const missed = [...open].filter(counts);
  const wanted = truth.filter(counts).length;
  return { wanted, found: wanted - missed.length, told: told.length, falseAlarms, missed };
}
