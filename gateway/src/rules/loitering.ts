import type { LoiteringRule } from '@pingan/models/contract';
import type { Watcher } from './outcome.ts';
import { type Stay, trackDetail, ZoneStays } from './zone-stays.ts';

const insideSeconds = ({ insideMs }: Stay): number => insideMs / 1000;

/** 徘徊: somebody is in the zone for `loiterSeconds` in all; going out for up to `returnSeconds` at a time starts no new count. */
export function watchLoitering(rule: LoiteringRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: Math.max(0.5, rule.returnSeconds) });
  return {
    look({ tracks }, nowMs) {
      const inside = stays
        .note(tracks, nowMs)
        .sort((a, b) => b.insideMs - a.insideMs || a.track.id - b.track.id);
      const ripe = inside.filter((stay) => insideSeconds(stay) >= rule.loiterSeconds);
      const told = inside[0];
      return {
        cause: ripe.length > 0,
        ripe: ripe.length > 0,
        reason: () => ({
          zone: rule.zone,
          ...(told && { track: trackDetail(told.track, insideSeconds(told)) }),
        }),
      };
    },
    reset: () => stays.reset(),
  };
}
