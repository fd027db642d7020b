import type { WrongWayRule } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import { Held } from './held.ts';
import { lastingSight } from './lasting-sight.ts';
import type { Watcher } from './outcome.ts';
import type { Point } from './polygon.ts';
import { ZoneStays } from './zone-stays.ts';

/** The direction of movement is that of the way made in this time, seconds: single boxes shake. */
const WINDOW_SECONDS = 1;
/** Slower than so many body heights per second is standing, which has no direction. */
const SLOWEST_HEIGHTS = 0.2;
/** Against: more than 120° away from the allowed direction. */
const AGAINST_COSINE = -0.5;
const BLIND_SECONDS = 5;

type Way = { points: { at: Point; atMs: number }[]; held: Held };

/** 逆行: somebody moves against the allowed direction inside the zone for `durationSeconds`. Throws a RangeError for a direction of no length. */
export function watchWrongWay(rule: WrongWayRule): Watcher {
  const stays = new ZoneStays(rule);
  const ways = new Map<number, Way>();
  const [allowedX, allowedY] = rule.allowed;
  const length = Math.hypot(allowedX, allowedY);
  if (length < 0.01)
    throw new RangeError('allowed is [0, 0]: give the allowed direction, for example [0, 1] for downwards');

  const isAgainst = ({ points }: Way, { box }: Track): boolean => {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last || last.atMs === first.atMs) return false;
    const [x, y] = [last.at[0] - first.at[0], last.at[1] - first.at[1]];
    const way = Math.hypot(x, y);
    const heightsPerSecond = way / box[3] / ((last.atMs - first.atMs) / 1000);
    return (
      heightsPerSecond >= SLOWEST_HEIGHTS && (x * allowedX + y * allowedY) / (way * length) <= AGAINST_COSINE
    );
  };

  const follow = (track: Track, nowMs: number): number => {
    const way = ways.get(track.id) ?? { points: [], held: new Held() };
    ways.set(track.id, way);
    const recent = way.points.findLastIndex(({ atMs }) => nowMs - atMs >= WINDOW_SECONDS * 1000);
    way.points = [...way.points.slice(Math.max(0, recent)), { at: track.foot, atMs: nowMs }];
    const isLongEnough = nowMs - (way.points[0]?.atMs ?? nowMs) >= WINDOW_SECONDS * 500;
    return way.held.note(isLongEnough && isAgainst(way, track), nowMs);
  };

  return {
    look({ tracks }, nowMs) {
      for (const [id, { points }] of ways)
        if (nowMs - (points.at(-1)?.atMs ?? 0) > BLIND_SECONDS * 1000) ways.delete(id);
      const going = stays
        .note(tracks, nowMs)
        .map(({ track }) => ({ track, seconds: follow(track, nowMs) }))
        .filter(({ seconds }) => seconds > 0);
      const limit = rule.durationSeconds;
      const sight = lastingSight(going, { zone: rule.zone, kind: 'against-seconds', limit });
      return { ...sight, cause: going.length > 0 };
    },
    reset() {
      stays.reset();
      ways.clear();
    },
  };
}
