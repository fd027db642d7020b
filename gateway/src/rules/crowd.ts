import type { CrowdRule } from '@pingan/models/contract';
import { Held } from './held.ts';
import type { Watcher } from './outcome.ts';
import { areaOf } from './polygon.ts';
import { type Stay, staysDetail, ZoneStays } from './zone-stays.ts';

/** A crowd thins out below this share of the limit before it is over: somebody is always hidden for a moment. */
const EXIT_SHARE = 0.8;

/** People per square of a body height: the zone's area in the picture over the square of the mean height of those in it. */
function densityOf(inside: readonly Stay[], zoneArea: number): number {
  if (inside.length === 0 || zoneArea <= 0) return 0;
  const height = inside.reduce((sum, { track }) => sum + track.box[3], 0) / inside.length;
  return inside.length / (zoneArea / height ** 2);
}

/** 人员聚集: `minCount` people, or `minDensity`, in the zone for `durationSeconds`. */
export function watchCrowd(rule: CrowdRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: 1 });
  const zoneArea = areaOf(rule.zone.polygon);
  const held = new Held(1);
  return {
    look({ tracks }, nowMs) {
      const inside = stays.note(tracks, nowMs);
      const density = densityOf(inside, zoneArea);
      const reaches = (share: number) =>
        inside.length >= rule.minCount * share ||
        (rule.minDensity !== undefined && density >= rule.minDensity * share);
      const seconds = held.note(reaches(1), nowMs);
      return {
        cause: reaches(EXIT_SHARE),
        ripe: reaches(1) && seconds >= rule.durationSeconds,
        reason: () => ({
          zone: rule.zone,
          ...staysDetail(inside),
          measures: [
            { kind: 'people', value: inside.length, limit: rule.minCount },
            ...(rule.minDensity === undefined
              ? []
              : [{ kind: 'density' as const, value: density, limit: rule.minDensity }]),
          ],
        }),
      };
    },
    reset() {
      stays.reset();
      held.reset();
    },
  };
}
