import type { LineCrossingRule } from '@pingan/models/contract';
import { type Crossing, LineCrossings } from './line-crossings.ts';
import { NOTHING, type RuleDetail, type Sight, type Watcher } from './outcome.ts';
import { trackDetail } from './zone-stays.ts';

/** What a passage says in an event. */
export function crossingSight(rule: Pick<LineCrossingRule, 'line'>, crossings: readonly Crossing[]): Sight {
  const [first, ...others] = crossings;
  if (!first) return NOTHING;
  const reason = (): Omit<RuleDetail, 'rule'> => ({
    line: rule.line,
    direction: first.direction,
    track: trackDetail(first.track, 0),
    ...(others.length > 0 && {
      tracks: others
        .slice(0, 32)
        .map(({ track: { id, label, confidence, box } }) => ({ id, label, confidence, box })),
    }),
  });
  return { cause: true, ripe: true, news: true, reason };
}

/** 越线: a foot point passes the line. */
export function watchLineCrossing(rule: LineCrossingRule): Watcher {
  const crossings = new LineCrossings({ ...rule, pointOf: ({ foot }) => foot });
  return {
    look: ({ tracks }, nowMs) => crossingSight(rule, crossings.note(tracks, nowMs)),
    reset: () => crossings.reset(),
  };
}
