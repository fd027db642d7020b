import type { FireLaneRule } from '@pingan/models/contract';
import type { Watcher } from './outcome.ts';
import { Stillness } from './stillness.ts';
import { trackDetail, ZoneStays } from './zone-stays.ts';

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
      const stopped = stays
        .known()
        .map((stay) => ({ track: stay.track, seconds: stillness.seconds(stay.track.id) }))
        .sort((a, b) => b.seconds - a.seconds);
      const [longest] = stopped;
      const isRipe = longest !== undefined && longest.seconds >= rule.stoppedSeconds;
      return {
        cause: isRipe,
        ripe: isRipe,
        reason: () => ({
          zone: rule.zone,
          ...(longest && {
            track: trackDetail(longest.track, longest.seconds),
            measures: [
              { kind: 'stopped-seconds' as const, value: longest.seconds, limit: rule.stoppedSeconds },
            ],
          }),
        }),
      };
    },
    reset() {
      stays.reset();
      stillness.reset();
    },
  };
}
