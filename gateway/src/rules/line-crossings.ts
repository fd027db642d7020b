import type { CrossingDirection, Line } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import type { Point } from './polygon.ts';
import { createSubject, type SubjectOptions } from './subject.ts';

export type LineCrossingsOptions = SubjectOptions & {
  line: Line;
  direction: CrossingDirection | 'both';
  /** The point of a track that has to cross. */
  pointOf(track: Track): Point;
};

/** `left` and `right` are those of somebody who walks along the line from its first point to its last, as the picture shows it. */
type Side = 'left' | 'right';
/** Where a track was clearly on one side, and the way since. */
type Path = { side: Side; points: Point[]; seenAtMs: number };
export type Crossing = { track: Track; direction: CrossingDirection };

/** A point closer to the line than this share of the track's height is on neither side: boxes shake. */
const BAND_HEIGHTS = 0.1;
/** Nobody can vouch for a way across a longer time without a look, seconds. */
const BLIND_SECONDS = 5;
const MOST_POINTS = 64;

/** Distance to a piece of the line, positive to its right. */
function signedDistance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx ** 2 + dy ** 2;
  const share = length > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  const distance = Math.hypot(x - ax - share * dx, y - ay - share * dy);
  return dx * (y - ay) - dy * (x - ax) >= 0 ? distance : -distance;
}

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

/** Whether two stretches cross or touch. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

/**
 * Who passes a line. A track counts when it was clearly on one side, is clearly on the other, and its way in between crosses the line
 * itself: going round the end is no crossing. One crossing per passage, however it shakes on the line. Bounded by the tracks there are.
 */
export class LineCrossings {
  readonly #options: LineCrossingsOptions;
  readonly #isSubject: ReturnType<typeof createSubject>;
  readonly #paths = new Map<number, Path>();

  constructor(options: LineCrossingsOptions) {
    this.#options = options;
    this.#isSubject = createSubject(options);
  }

  /** Takes one look; returns the passages in the wanted direction that it completed. */
  note(tracks: readonly Track[], nowMs: number): Crossing[] {
    for (const [id, { seenAtMs }] of this.#paths)
      if (nowMs - seenAtMs > BLIND_SECONDS * 1000) this.#paths.delete(id);
    return tracks.flatMap((track) => {
      if (!this.#isSubject(track, this.#paths.has(track.id))) return [];
      const direction = this.#follow(track, nowMs);
      const { direction: wanted } = this.#options;
      return direction && (wanted === 'both' || wanted === direction) ? [{ track, direction }] : [];
    });
  }

  reset(): void {
    this.#paths.clear();
  }

  #follow(track: Track, nowMs: number): CrossingDirection | null {
    const point = this.#options.pointOf(track);
    const side = this.#sideOf(point, BAND_HEIGHTS * track.box[3]);
    const path = this.#paths.get(track.id);
    if (!path) {
      if (side) this.#paths.set(track.id, { side, points: [point], seenAtMs: nowMs });
      return null;
    }
    path.points = [...path.points.slice(-MOST_POINTS), point];
    path.seenAtMs = nowMs;
    if (!side) return null;
    const hasPassed = side !== path.side && this.#isCrossedBy(path.points);
    this.#paths.set(track.id, { side, points: [point], seenAtMs: nowMs });
    if (!hasPassed) return null;
    return side === 'right' ? 'left-to-right' : 'right-to-left';
  }

  #pieces(): [Point, Point][] {
    const { points } = this.#options.line;
    return points.slice(1).flatMap((end, index) => {
      const start = points[index];
      return start ? [[start, end] satisfies [Point, Point]] : [];
    });
  }

  /** The side by the nearest piece of the line; null within the band. */
  #sideOf(point: Point, band: number): Side | null {
    const distances = this.#pieces().map(([start, end]) => signedDistance(point, start, end));
    const nearest = distances.reduce(
      (best, each) => (Math.abs(each) < Math.abs(best) ? each : best),
      Infinity,
    );
    if (Math.abs(nearest) < band) return null;
    return nearest > 0 ? 'right' : 'left';
  }

  #isCrossedBy(points: readonly Point[]): boolean {
    const pieces = this.#pieces();
    return points.slice(1).some((to, index) => {
      const from = points[index];
      return from !== undefined && pieces.some(([start, end]) => cross(from, to, start, end));
    });
  }
}
