import type { ObjectLeftRule } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import { Held } from './held.ts';
import { lastingSight } from './lasting-sight.ts';
import type { Watcher } from './outcome.ts';
import { Stillness } from './stillness.ts';
import { ZoneStays } from './zone-stays.ts';

/** What was there when the rule began to look belongs to the scene, seconds. */
const SCENE_SECONDS = 10;
/** A thing is hidden by passers-by for a while; it has not gone, seconds. */
const HIDDEN_SECONDS = 10;
const OWNER_CONFIDENCE = 0.3;

const distance = (a: Track, b: Track): number => Math.hypot(a.foot[0] - b.foot[0], a.foot[1] - b.foot[1]);

/** 物品遗留 (experimental): a new thing stands in the zone and nobody is near it for `unattendedSeconds`. */
export function watchObjectLeft(rule: ObjectLeftRule): Watcher {
  const stays = new ZoneStays({ ...rule, graceSeconds: HIDDEN_SECONDS });
  const stillness = new Stillness(HIDDEN_SECONDS);
  const unattended = new Map<number, Held>();
  const scenery = new Set<number>();
  let beganAtMs: number | null = null;

  const hasOwner = (thing: Track, tracks: readonly Track[]): boolean =>
    tracks.some(
      (track) =>
        track.label === 'person' &&
        track.confidence >= OWNER_CONFIDENCE &&
        distance(track, thing) <= rule.ownerHeights * track.box[3],
    );

  return {
    look({ tracks }, nowMs) {
      beganAtMs ??= nowMs;
      stillness.note(tracks, nowMs);
      stays.note(tracks, nowMs);
      const inside = stays.known();
      if (nowMs - beganAtMs < SCENE_SECONDS * 1000) for (const { track } of inside) scenery.add(track.id);
      const known = new Set(tracks.map(({ id }) => id));
      for (const id of [...unattended.keys(), ...scenery])
        if (!known.has(id)) {
          unattended.delete(id);
          scenery.delete(id);
        }
      const left = inside
        .filter(({ track }) => !scenery.has(track.id))
        .map(({ track }) => {
          const held = unattended.get(track.id) ?? new Held(HIDDEN_SECONDS);
          unattended.set(track.id, held);
          const isAlone = stillness.seconds(track.id) > 0 && !hasOwner(track, tracks);
          return { track, seconds: held.note(isAlone, nowMs) };
        });
      const limit = rule.unattendedSeconds;
      return lastingSight(left, { zone: rule.zone, kind: 'unattended-seconds', limit });
    },
    reset() {
      stays.reset();
      stillness.reset();
      unattended.clear();
      scenery.clear();
      beganAtMs = null;
    },
  };
}
