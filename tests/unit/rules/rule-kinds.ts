import type { Rule } from '@pingan/models/contract';
import type { Track } from '../../../gateway/src/pipeline.ts';
import { createRuleEngine, type RuleOutcome } from '../../../gateway/src/rules/index.ts';
import { at, camera, person } from './builders.ts';

const common = { cameras: ['*'], severity: 2, cooldownSeconds: 0, clearSeconds: 2 };
const people = { labels: ['person'], minConfidence: 0.4, minHeight: 0.05 };
/** The middle of the picture. */
export const zone = {
  id: 'zone-1',
  name: '大堂',
  polygon: [
    [0.3, 0.3],
    [0.7, 0.3],
    [0.7, 0.7],
    [0.3, 0.7],
  ] satisfies [number, number][],
};
/** From top to bottom through the middle: who walks along it has the picture's left side on the right hand. */
export const line = {
  id: 'line-1',
  name: '北门线',
  points: [
    [0.5, 0.2],
    [0.5, 0.8],
  ] satisfies [number, number][],
};

/** One working rule of each kind. */
export const ruleKinds = {
  'zone-intrusion': { ...common, ...people, zone, id: 'r', kind: 'zone-intrusion', dwellSeconds: 2 },
  'line-crossing': { ...common, ...people, line, id: 'r', kind: 'line-crossing', direction: 'both' },
  loitering: { ...common, ...people, zone, id: 'r', kind: 'loitering', loiterSeconds: 6, returnSeconds: 3 },
  crowd: { ...common, ...people, zone, id: 'r', kind: 'crowd', minCount: 3, durationSeconds: 2 },
  'fire-lane': {
    ...common,
    ...people,
    labels: ['vehicle'],
    zone,
    id: 'r',
    kind: 'fire-lane',
    stoppedSeconds: 5,
  },
  'two-wheeler-indoors': {
    ...common,
    ...people,
    labels: ['two-wheeler'],
    zone,
    id: 'r',
    kind: 'two-wheeler-indoors',
    dwellSeconds: 1,
  },
  'wrong-way': {
    ...common,
    ...people,
    zone,
    id: 'r',
    kind: 'wrong-way',
    allowed: [0, 1],
    durationSeconds: 1,
  },
  climbing: { ...common, ...people, line, id: 'r', kind: 'climbing', direction: 'both' },
  occupancy: { ...common, ...people, zone, id: 'r', kind: 'occupancy', maxCount: 2, durationSeconds: 2 },
  'object-left': {
    ...common,
    ...people,
    labels: ['suitcase'],
    zone,
    id: 'r',
    kind: 'object-left',
    experimental: true,
    unattendedSeconds: 5,
    ownerHeights: 1,
  },
  'camera-tampering': {
    ...common,
    id: 'r',
    kind: 'camera-tampering',
    findings: ['occluded', 'scene-moved'],
    durationSeconds: 3,
  },
} satisfies { [Kind in Rule['kind']]: Extract<Rule, { kind: Kind }> };

export type Told = Pick<RuleOutcome, 'kind' | 'type' | 'detail' | 'trial'> & { second: number };

/** Runs a rule over what is seen at each second, five looks a second or as given. */
export function watch(
  rule: Rule,
  seconds: number,
  { tracksAt, fps = 5 }: { tracksAt(second: number): readonly Track[]; fps?: number },
): Told[] {
  const engine = createRuleEngine({ camera, rules: [rule] });
  return Array.from({ length: Math.round(seconds * fps) + 1 }, (_, look) => look / fps).flatMap((second) =>
    engine
      .update(tracksAt(second), at(second))
      .map(({ kind, type, detail, trial }) => ({ kind, type, detail, second, ...(trial && { trial }) })),
  );
}

/** Somebody who walks from one point to another within so many seconds and then stays. */
export const walker =
  (
    from: readonly [number, number],
    to: readonly [number, number],
    seconds: number,
    changes: Partial<Track> = {},
  ) =>
  (second: number): Track => {
    const share = Math.min(1, second / seconds);
    return person([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share], changes);
  };
