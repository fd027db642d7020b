import type { ZoneIntrusionRule } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import { Alarm } from './alarm.ts';
import type { Moment, RuleJudge, RuleOutcome } from './outcome.ts';
import { isInside } from './polygon.ts';
import { createSchedule } from './schedule.ts';

/** A look or two with the foot point outside, or without the person, do not end a stay, seconds. */
const GRACE_SECONDS = 0.5;
/** Nobody can vouch for a stay across a longer time without any look, seconds. */
const BLIND_SECONDS = 5;
/** Whoever is inside stays inside until the foot point is so far out, in pictures. */
const EXIT_MARGIN = 0.02;
/** Whoever is inside may fall this far below the least confidence and height. */
const STAY_FACTOR = 0.8;
/** An alarm that lasts is told again so often, seconds. */
const REFRESH_SECONDS = 30;

type Stay = { track: Track; enteredMs: number; insideAtMs: number };

const staySeconds = ({ enteredMs, insideAtMs }: Stay): number => (insideAtMs - enteredMs) / 1000;

/** The longest stay; of equal ones the lowest track number. */
function longest(stays: readonly Stay[]): Stay | undefined {
  return stays.toSorted((a, b) => a.enteredMs - b.enteredMs || a.track.id - b.track.id)[0];
}

/**
 * Somebody's foot point is in the zone for `dwellSeconds`. One alarm for the zone however many people are in it; it clears after
 * `clearSeconds` with nobody inside. Only confirmed tracks count, and dwell time counts only while the rule is armed.
 * Throws a RangeError when the schedule's time zone is not known.
 */
export function createZoneIntrusion(rule: ZoneIntrusionRule): RuleJudge {
  const isArmed = createSchedule(rule.schedule);
  const alarm = new Alarm({ ...rule, refreshSeconds: REFRESH_SECONDS });
  const stays = new Map<number, Stay>();
  let told: Stay | undefined;

  const isOccupying = (track: Track, factor: number, margin: number): boolean =>
    track.state === 'confirmed' &&
    rule.labels.includes(track.label) &&
    track.confidence >= rule.minConfidence * factor &&
    track.box[3] >= rule.minHeight * factor &&
    isInside(track.foot, rule.zone.polygon, margin);

  const noteStays = (tracks: readonly Track[], nowMs: number): void => {
    for (const [id, stay] of stays) if (nowMs - stay.insideAtMs > BLIND_SECONDS * 1000) stays.delete(id);
    for (const track of tracks) {
      const stay = stays.get(track.id);
      if (stay ? isOccupying(track, STAY_FACTOR, EXIT_MARGIN) : isOccupying(track, 1, 0))
        stays.set(track.id, { track, enteredMs: stay?.enteredMs ?? nowMs, insideAtMs: nowMs });
    }
    for (const [id, stay] of stays) if (nowMs - stay.insideAtMs > GRACE_SECONDS * 1000) stays.delete(id);
  };

  const tell = (kind: RuleOutcome['kind'] | null, cause?: RuleOutcome['cause']): RuleOutcome[] => {
    if (!kind || !told) return [];
    const { id, label, confidence, box } = told.track;
    const detail = {
      rule: { id: rule.id, kind: rule.kind },
      zone: rule.zone,
      track: { id, label, confidence, box, dwellSeconds: staySeconds(told) },
    };
    const outcome = { kind, type: rule.kind, severity: rule.severity, ruleId: rule.id, detail };
    return [cause ? { ...outcome, cause } : outcome];
  };

  const end = (moment: Moment, cause: 'disarmed' | 'rule-changed'): RuleOutcome[] => {
    stays.clear();
    return tell(alarm.clear(moment.monotonicMs), cause);
  };

  return {
    judge(tracks, moment) {
      if (!isArmed(moment.capturedAtMs)) return end(moment, 'disarmed');
      const nowMs = moment.monotonicMs;
      noteStays(tracks, nowMs);
      const inside = [...stays.values()].filter((stay) => stay.insideAtMs === nowMs);
      const ripe = longest(inside.filter((stay) => staySeconds(stay) >= rule.dwellSeconds));
      const kind = alarm.step({ cause: inside.length > 0, ripe: ripe !== undefined }, nowMs);
      if (kind === 'cleared') return tell(kind, 'nobody-inside');
      if (kind) told = ripe ?? longest(inside);
      return tell(kind);
    },
    end: (moment) => end(moment, 'rule-changed'),
  };
}
