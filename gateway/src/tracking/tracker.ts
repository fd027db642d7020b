import { type Detection, groupOf } from '@pingan/models/contract';
import { assign } from '../base/assignment.ts';
import type { Track, Tracker } from '../pipeline.ts';
import { coveredShare, grownOverlap } from './boxes.ts';
import { centred, Followed } from './followed.ts';
import { mergeGroups } from './merge-groups.ts';

export type TrackerOptions = {
  /** Detections from here on begin tracks and continue any, 0..1. */
  highConfidence: number;
  /** Weaker detections down to here only continue confirmed tracks, 0..1. */
  lowConfidence: number;
  /** Least overlap (of grown boxes) between a track's prediction and a detection, 0..1. */
  minOverlap: number;
  /** Only a track with a strong detection so recently is continued by a weak one, seconds: textures give weak ones for ever. */
  weakSeconds: number;
  /** A detection that lies so far within what is followed already is a second box of the same one, or somebody hidden: no new track, 0..1. */
  coveredShare: number;
  /** A track is confirmed after two looks that lie at least so far apart, seconds. */
  confirmSeconds: number;
  /** An unseen tentative track goes after so long, seconds. */
  tentativeSeconds: number;
  /** An unseen confirmed track goes after so long, seconds. */
  lostSeconds: number;
  /** The same for one that stood still: it is hidden rather than gone; at least so long, else as long as it stood, seconds. */
  stillLostSeconds: number;
  /** Bound of the tracks kept. */
  maxTracks: number;
  /** Bound of the detections looked at in one update, best first. */
  maxDetections: number;
};

const defaults: TrackerOptions = {
  highConfidence: 0.5,
  lowConfidence: 0.3,
  minOverlap: 0.25,
  weakSeconds: 0.5,
  coveredShare: 0.75,
  confirmSeconds: 0.4,
  tentativeSeconds: 0.7,
  lostSeconds: 2,
  stillLostSeconds: 10,
  maxTracks: 500,
  maxDetections: 200,
};

const STILL_AFTER_SECONDS = 3;
/** Across a longer time without a look nobody can vouch for a way, seconds. */
const LONGEST_STEP_SECONDS = 1.5;
/** What has stood for long may be hidden for as long (headlights, a lorry in front), but not for ever: another may take its place. */
const LONGEST_HIDDEN_SECONDS = 600;
/** What a change of height costs, in overlap per logarithm of the ratio: people do not shrink from one look to the next. */
const SHAPE_COST = 0.25;
/** What a missing certainty costs: of two boxes at hand the surer one is the partner. */
const DOUBT_COST = 0.1;
/** Box margin for a track just seen and its growth per unseen second, in box heights. */
const MARGIN = { base: 0.05, perSecond: 0.3, most: 0.4 };

const usable = ({ box, confidence }: Detection): boolean =>
  Number.isFinite(confidence) && box.every(Number.isFinite) && box[2] > 0 && box[3] > 0;

/** A total order that knows nothing of the order of arrival: best first, then by place. */
function compareDetections(a: Detection, b: Detection): number {
  return (
    b.confidence - a.confidence ||
    a.box[0] - b.box[0] ||
    a.box[1] - b.box[1] ||
    a.box[2] - b.box[2] ||
    a.box[3] - b.box[3] ||
    (a.label < b.label ? -1 : Number(a.label > b.label))
  );
}

/**
 * Follows detections over time in two rounds, strong ones first (ByteTrack, Zhang et al. 2022), with a constant-velocity motion model.
 * Everything counts in seconds, so the picture rate may change. `atMs` may be any clock that runs evenly (use `monotonicMs`); a time
 * before the last one counts as the last one. The order of detections does not matter; unusable boxes are left out.
 */
export function createTracker(options: Partial<TrackerOptions> = {}): Tracker {
  const settings = { ...defaults, ...options };
  let followed: Followed[] = [];
  let nextId = 1;
  let previousMs: number | null = null;

  /** Pairs tracks with detections, tells the tracks, and returns the detections left over. */
  const match = (
    tracks: readonly Followed[],
    detections: readonly Detection[],
    nowMs: number,
  ): Detection[] => {
    if (tracks.length === 0 || detections.length === 0) return [...detections];
    const worst = 1 - settings.minOverlap;
    const costs = new Float64Array(tracks.length * detections.length).fill(worst);
    for (const [row, track] of tracks.entries()) {
      const unseen = (nowMs - track.lastSeenMs) / 1000;
      const margin = Math.min(MARGIN.most, MARGIN.base + MARGIN.perSecond * unseen);
      const { box } = track;
      for (const [column, detection] of detections.entries()) {
        if (groupOf(detection.label) !== track.group) continue;
        const look = centred(detection);
        const cost =
          1 -
          grownOverlap(box, look, margin) +
          SHAPE_COST * Math.abs(Math.log(look.height / box.height)) +
          DOUBT_COST * (1 - detection.confidence);
        if (cost < worst) costs[row * detections.length + column] = cost;
      }
    }
    const taken = new Set<number>();
    for (const [row, column] of assign(costs, tracks.length, detections.length).entries()) {
      const detection = detections[column];
      if (!detection || (costs[row * detections.length + column] ?? worst) >= worst) continue;
      tracks[row]?.see(detection, nowMs);
      taken.add(column);
    }
    return detections.filter((_, column) => !taken.has(column));
  };

  const settle = (track: Followed, nowMs: number): void => {
    if (track.lastSeenMs < nowMs) {
      if (track.state === 'confirmed') track.state = 'lost';
    } else if (track.state === 'lost') {
      track.state = 'confirmed';
    } else if (track.looks >= 2 && nowMs - track.firstSeenMs >= settings.confirmSeconds * 1000) {
      track.state = 'confirmed';
    }
  };

  const isKept = (track: Followed, nowMs: number): boolean => {
    const unseen = (nowMs - track.lastSeenMs) / 1000;
    if (track.state === 'tentative') return unseen <= settings.tentativeSeconds;
    const { x, y } = track.box;
    if (unseen > 0 && (x < 0 || x > 1 || y < 0 || y > 1)) return false;
    const still = track.stillSeconds();
    if (still < STILL_AFTER_SECONDS) return unseen <= settings.lostSeconds;
    return unseen <= Math.min(Math.max(still, settings.stillLostSeconds), LONGEST_HIDDEN_SECONDS);
  };

  return {
    update(detections, atMs): Track[] {
      const nowMs = Math.max(atMs, previousMs ?? atMs);
      const seconds = (nowMs - (previousMs ?? nowMs)) / 1000;
      previousMs = nowMs;
      // Whoever was there at the look before gets a chance at this one, however seldom one looks.
      if (seconds > LONGEST_STEP_SECONDS) followed = followed.filter((track) => isKept(track, nowMs));
      for (const track of followed) track.predict(seconds);
      const looks = mergeGroups(
        detections.filter(usable).sort(compareDetections).slice(0, settings.maxDetections),
      );
      const strong = looks.filter((look) => look.confidence >= settings.highConfidence);
      const weak = looks.filter(
        ({ confidence }) => confidence < settings.highConfidence && confidence >= settings.lowConfidence,
      );
      const known = followed.filter((track) => track.state !== 'tentative');
      const unclaimed = match(known, strong, nowMs);
      const tentative = followed.filter((track) => track.state === 'tentative');
      const left = match(tentative, unclaimed, nowMs);
      const seen = followed.filter(({ lastSeenMs }) => lastSeenMs === nowMs);
      for (const track of seen) track.lastStrongMs = nowMs;
      const recent = known.filter(
        ({ lastSeenMs, lastStrongMs }) =>
          lastSeenMs < nowMs && nowMs - lastStrongMs <= settings.weakSeconds * 1000,
      );
      match(recent, weak, nowMs);
      const isNew = (look: Detection) =>
        !seen.some(
          (track) =>
            track.group === groupOf(look.label) &&
            coveredShare(centred(look), track.box) >= settings.coveredShare,
        );
      const born = left.filter(isNew).map((look) => new Followed(nextId++, look, nowMs));
      for (const track of followed) settle(track, nowMs);
      followed = [...followed.filter((track) => isKept(track, nowMs)), ...born].slice(0, settings.maxTracks);
      return followed.map((track) => track.toTrack());
    },
  };
}
