import type { Zone } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import type { RuleDetail } from './outcome.ts';
import { isInside } from './polygon.ts';
import { createSubject, type SubjectOptions } from './subject.ts';

export type ZoneStaysOptions = SubjectOptions & {
  zone: Zone;
  /** A look or two with the foot point outside, or without the track, do not end a stay, seconds. */
  graceSeconds?: number;
};

/** One track's time in a zone. `insideMs` counts only time between looks that both saw it inside. */
export type Stay = { track: Track; enteredMs: number; insideAtMs: number; insideMs: number };

const GRACE_SECONDS = 0.5;
/** Nobody can vouch for a stay across a longer time without any look, seconds. */
const BLIND_SECONDS = 5;
/** Whoever is inside stays inside until the foot point is so far out, in pictures. */
const EXIT_MARGIN = 0.02;

/** Who is in a zone and for how long, by the foot point. Bounded by the tracks there are. */
export class ZoneStays {
  readonly #options: ZoneStaysOptions;
  readonly #isSubject: ReturnType<typeof createSubject>;
  readonly #stays = new Map<number, Stay>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ZoneStaysOptions) {
    this.#options = options;
    this.#isSubject = createSubject(options);
  }

  /** Takes one look; returns those inside now, the longest stay first, of equal ones the lowest track number. */
  note(tracks: readonly Track[], nowMs: number): Stay[] {
    const { graceSeconds = GRACE_SECONDS } = this.#options;
    const blindMs = Math.max(BLIND_SECONDS, graceSeconds) * 1000;
    this.#forget(nowMs, blindMs);
    for (const track of tracks) {
      const stay = this.#stays.get(track.id);
      if (!this.#isIn(track, stay !== undefined)) continue;
      const step = stay ? nowMs - stay.insideAtMs : 0;
      const isUnbroken = stay?.insideAtMs === this.#lookedAtMs || step <= GRACE_SECONDS * 1000;
      this.#stays.set(track.id, {
        track,
        enteredMs: stay?.enteredMs ?? nowMs,
        insideAtMs: nowMs,
        insideMs: (stay?.insideMs ?? 0) + (isUnbroken ? step : 0),
      });
    }
    this.#lookedAtMs = nowMs;
    this.#forget(nowMs, graceSeconds * 1000);
    return [...this.#stays.values()]
      .filter(({ insideAtMs }) => insideAtMs === nowMs)
      .sort((a, b) => a.enteredMs - b.enteredMs || a.track.id - b.track.id);
  }

  /** Those inside at the last look or hidden since for no longer than the grace. */
  known(): Stay[] {
    return [...this.#stays.values()];
  }

  reset(): void {
    this.#stays.clear();
  }

  #isIn(track: Track, isKnown: boolean): boolean {
    return (
      this.#isSubject(track, isKnown) &&
      isInside(track.foot, this.#options.zone.polygon, isKnown ? EXIT_MARGIN : 0)
    );
  }

  #forget(nowMs: number, olderThanMs: number): void {
    for (const [id, { insideAtMs }] of this.#stays)
      if (nowMs - insideAtMs > olderThanMs) this.#stays.delete(id);
  }
}

/** How long somebody has been in the zone, from entering to the last look inside, seconds. */
export const staySeconds = ({ enteredMs, insideAtMs }: Stay): number => (insideAtMs - enteredMs) / 1000;

/** A track as an event tells of it. */
export function trackDetail(
  { id, label, confidence, box }: Track,
  dwellSeconds: number,
): NonNullable<RuleDetail['track']> {
  return { id, label, confidence, box, dwellSeconds };
}

const MOST_TRACKS = 32;

/** The first stay as the event's track, the others beside it. */
export function staysDetail(stays: readonly Stay[]): Pick<RuleDetail, 'track' | 'tracks'> {
  const [first, ...others] = stays;
  if (!first) return {};
  const rest = others
    .slice(0, MOST_TRACKS)
    .map(({ track: { id, label, confidence, box } }) => ({ id, label, confidence, box }));
  return { track: trackDetail(first.track, staySeconds(first)), ...(rest.length > 0 && { tracks: rest }) };
}
