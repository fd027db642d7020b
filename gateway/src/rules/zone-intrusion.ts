import type { ZoneIntrusionRule } from '@pingan/models/contract';
import type { Watcher } from './outcome.ts';
import { staySeconds, trackDetail, ZoneStays } from './zone-stays.ts';

/** Somebody's foot point is in the zone for `dwellSeconds`; time counts only while the rule is armed. */
export function watchZoneIntrusion(rule: ZoneIntrusionRule): Watcher {
  const stays = new ZoneStays(rule);
  return {
    look({ tracks }, nowMs) {
      const inside = stays.note(tracks, nowMs);
      const ripe = inside.find((stay) => staySeconds(stay) >= rule.dwellSeconds);
      const told = ripe ?? inside[0];
      return {
        cause: inside.length > 0,
        ripe: ripe !== undefined,
        reason: () => ({
          zone: rule.zone,
          ...(told && { track: trackDetail(told.track, staySeconds(told)) }),
        }),
      };
    },
    reset: () => stays.reset(),
  };
}
