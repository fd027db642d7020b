import type { OccupancyRule } from '@pingan/models/contract';
import { Held } from './held.ts';
import type { Watcher } from './outcome.ts';
import { staysDetail, ZoneStays } from './zone-stays.ts';

/** 超员: more than `maxCount` in the zone for `durationSeconds`; over as soon as the limit is kept. */
export function watchOccupancy(rule: OccupancyRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: 1 });
  const held = new Held(1);
  return {
    look({ tracks }, nowMs) {
      const inside = stays.note(tracks, nowMs);
      const isOver = inside.length > rule.maxCount;
      const seconds = held.note(isOver, nowMs);
      return {
        cause: isOver,
        ripe: isOver && seconds >= rule.durationSeconds,
        reason: () => ({
          zone: rule.zone,
          ...staysDetail(inside),
          measures: [{ kind: 'people', value: inside.length, limit: rule.maxCount }],
        }),
      };
    },
    reset() {
      stays.reset();
      held.reset();
    },
  };
}
