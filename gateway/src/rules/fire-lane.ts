import type { FireLaneRule } from '@pingan/models/contract';
import { lastingSight } from './lasting-sight.ts';
import type { Watcher } from './outcome.ts';
import { Stillness } from './stillness.ts';
import { ZoneStays } from './zone-stays.ts';

/** Headlights and passers-by hide a parked car for a while; it has not left, seconds. */
const HIDDEN_SECONDS = 10;

/** 消防通道占用: something stands in the lane for `stoppedSeconds`. Driving through, however slowly, is no cause. */
export function watchFireLane(rule: FireLaneRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: HIDDEN_SECONDS });
  const stillness = new Stillness(HIDDEN_SECONDS);
  return {
    look({ tracks }, nowMs) {
      stays.note(tracks, nowMs);
      stillness.note(tracks, nowMs);
      const stopped = stays.known().map(({ track }) => ({ track, seconds: stillness.seconds(track.id) }));
      return lastingSight(stopped, { zone: rule.zone, kind: 'stopped-seconds', limit: rule.stoppedSeconds });
    },
    reset() {
      stays.reset();
      stillness.reset();
    },
  };
}
