import type { ClimbingRule } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import { crossingSight } from './line-crossing.ts';
import { LineCrossings } from './line-crossings.ts';
import type { Watcher } from './outcome.ts';
import type { Point } from './polygon.ts';

const middle = ({ box: [left, top, width, height] }: Track): Point => [left + width / 2, top + height / 2];

/**
 * 翻越: the middle of a body passes the perimeter line. Draw the line along the top of the wall: who walks in front of it has the foot
 * point below and the middle below too, who gets over it has not.
 */
export function watchClimbing(rule: ClimbingRule): Watcher {
  const crossings = new LineCrossings({ ...rule, pointOf: middle });
  return {
    look: ({ tracks }, nowMs) => crossingSight(rule, crossings.note(tracks, nowMs)),
    reset: () => crossings.reset(),
  };
}
