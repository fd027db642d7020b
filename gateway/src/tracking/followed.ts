import { type Detection, groupOf } from '@pingan/models/contract';
import type { Track } from '../pipeline.ts';
import { type Axis, correctAxis, predictAxis, startAxis } from './axis.ts';
import type { CentredBox } from './boxes.ts';

/** Standard deviation of a detector's box sides, in box heights; half-hidden people included, so that they gain no false speed. */
const LOOK_NOISE = 0.18;
/** Walking speed unknown at first, in box heights per second (1.4 m/s for a person of 1.7 m). */
const FIRST_SPEED = 0.8;
/** How fast a walker changes velocity, in box heights per second in one second; sizes change more slowly. */
const AGILITY = 0.8;
const SIZE_AGILITY = 0.12;
/** A box this much lower than before with the same upper edge shows somebody whose legs are hidden: the feet are where they were. */
const CUT_OFF = { height: 0.8, topShift: 0.15 };
/** Time constant with which an unseen track loses its speed, seconds. */
const COASTING_SECONDS = 1;
/** A track is still while its centre stays within so many box heights of one point. */
const STILL_RADIUS = 0.25;
const SCORE_LOOKS = 9;
const SCORE_SECONDS = 3;

/** A track with its motion model: what the tracker remembers between looks. */
export class Followed {
  readonly id: number;
  /** What it is matched by: detectors take a van now for a car, now for a truck. */
  readonly group: string;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  /** When a strong detection was last taken for it: weak ones alone keep nothing for long. */
  lastStrongMs: number;
  state: Track['state'] = 'tentative';
  looks = 1;
  #x: Axis;
  #y: Axis;
  #width: Axis;
  #height: Axis;
  #scores: { label: string; confidence: number; atMs: number }[];
  #anchor: { x: number; y: number; sinceMs: number };

  constructor(id: number, detection: Detection, atMs: number) {
    const { x, y, width, height } = centred(detection);
    const noise = LOOK_NOISE * height;
    this.id = id;
    this.group = groupOf(detection.label);
    this.firstSeenMs = atMs;
    this.lastSeenMs = atMs;
    this.lastStrongMs = atMs;
    this.#x = startAxis(x, noise, FIRST_SPEED * height);
    this.#y = startAxis(y, noise, FIRST_SPEED * height);
    this.#width = startAxis(width, noise, SIZE_AGILITY * height);
    this.#height = startAxis(height, noise, SIZE_AGILITY * height);
    this.#scores = [{ label: detection.label, confidence: detection.confidence, atMs }];
    this.#anchor = { x, y, sinceMs: atMs };
  }

  get box(): CentredBox {
    return {
      x: this.#x.position,
      y: this.#y.position,
      width: Math.max(1e-4, this.#width.position),
      height: Math.max(1e-4, this.#height.position),
    };
  }

  /** For how long the track has stayed at one place, seconds. */
  stillSeconds(): number {
    return (this.lastSeenMs - this.#anchor.sinceMs) / 1000;
  }

  predict(seconds: number): void {
    const { height } = this.box;
    if (this.state === 'lost') {
      const kept = Math.exp(-seconds / COASTING_SECONDS);
      for (const axis of [this.#x, this.#y, this.#width, this.#height]) axis.velocity *= kept;
    }
    predictAxis(this.#x, seconds, AGILITY * height);
    predictAxis(this.#y, seconds, AGILITY * height);
    predictAxis(this.#width, seconds, SIZE_AGILITY * height);
    predictAxis(this.#height, seconds, SIZE_AGILITY * height);
  }

  see(detection: Detection, atMs: number): void {
    const seen = this.#withHiddenPart(centred(detection));
    const noise = LOOK_NOISE * seen.height * (1.5 - detection.confidence);
    correctAxis(this.#x, seen.x, noise);
    correctAxis(this.#y, seen.y, noise);
    correctAxis(this.#width, seen.width, noise);
    correctAxis(this.#height, seen.height, noise);
    this.lastSeenMs = atMs;
    this.looks++;
    this.#scores = [
      ...this.#scores.filter((score) => atMs - score.atMs <= SCORE_SECONDS * 1000).slice(1 - SCORE_LOOKS),
      { label: detection.label, confidence: detection.confidence, atMs },
    ];
    const moved = Math.hypot(seen.x - this.#anchor.x, seen.y - this.#anchor.y);
    if (moved > STILL_RADIUS * seen.height) this.#anchor = { x: seen.x, y: seen.y, sinceMs: atMs };
  }

  #withHiddenPart(seen: CentredBox): CentredBox {
    const { y, height } = this.box;
    const top = seen.y - seen.height / 2;
    const isCutOff =
      seen.height < CUT_OFF.height * height && Math.abs(top - (y - height / 2)) < CUT_OFF.topShift * height;
    return isCutOff ? { ...seen, y: top + height / 2, height } : seen;
  }

  /** The label with the most certainty behind it in recent looks; of equal ones the first in the alphabet. */
  #vote(): string {
    const votes = new Map<string, number>();
    for (const { label, confidence } of this.#scores) votes.set(label, (votes.get(label) ?? 0) + confidence);
    const best = [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0];
    return best?.[0] ?? this.group;
  }

  toTrack(): Track {
    const { x, y, width, height } = this.box;
    const left = clip(x - width / 2);
    const top = clip(y - height / 2);
    const right = clip(x + width / 2);
    const bottom = clip(y + height / 2);
    return {
      id: this.id,
      label: this.#vote(),
      confidence: median(this.#scores.map((score) => score.confidence)),
      box: [left, top, right - left, bottom - top],
      firstSeenMs: this.firstSeenMs,
      lastSeenMs: this.lastSeenMs,
      foot: [clip(x), bottom],
      state: this.state,
    };
  }
}

export function centred({ box: [left, top, width, height] }: Detection): CentredBox {
  return { x: left + width / 2, y: top + height / 2, width, height };
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
