import type { TwoWheelerIndoorsRule } from '@pingan/models/contract';
import type { Watcher } from './outcome.ts';
import { staySeconds, staysDetail, ZoneStays } from './zone-stays.ts';

/** 电动车进楼、进电梯: a two-wheeler is in the zone for `dwellSeconds`. Whether it is an electric one no picture tells. */
export function watchTwoWheelerIndoors(rule: TwoWheelerIndoorsRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: 1 });
  return {
    look({ tracks }, nowMs) {
      const inside = stays.note(tracks, nowMs);
      const isRipe = inside.some((stay) => staySeconds(stay) >= rule.dwellSeconds);
      return {
        cause: inside.length > 0,
        ripe: isRipe,
        reason: () => ({ zone: rule.zone, ...staysDetail(inside) }),
      };
    },
    reset: () => stays.reset(),
  };
}
