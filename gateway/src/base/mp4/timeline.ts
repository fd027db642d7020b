import type { AccessUnit } from '../../pipeline.ts';
import type { SampleTiming } from './fragment.ts';
import { TIMESCALE } from './init-segment.ts';

export type MediaTimelineOptions = {
  /** Presentation time of the first sample, seconds. */
  originSeconds?: number;
  /** How far presentation runs ahead of decoding, seconds; large enough, no composition offset is negative. */
  leadSeconds?: number;
  /** First guess of a frame's duration, ticks of 90 kHz. */
  frameTicks?: number;
};

/** RTP time steps outside these are a camera's jump, not a picture out of order or a pause. */
const BACK_LIMIT_TICKS = 1 * TIMESCALE;
const FORWARD_LIMIT_TICKS = 10 * TIMESCALE;
const SHORTEST_FRAME_TICKS = TIMESCALE / 240;
const LONGEST_FRAME_TICKS = 2 * TIMESCALE;
const WINDOW = 8;
/** Share of the distance between the two time lines that one sample makes up for. */
const CORRECTION = 1 / 8;

/**
 * Turns RTP times into MP4 times, one sample at a time and without waiting for the next.
 *
 * Presentation time follows the RTP time (with B-frames it goes back and forth). Decode time is made: each sample starts where the
 * one before ended, for a player drops pictures after a hole in decode time (Media Source Extensions §3.5.8, "more than 2 times last
 * frame duration"). A sample's duration is the usual step of the recent ones, bent a little so that both time lines stay together.
 */
export class MediaTimeline {
  readonly #leadTicks: number;
  readonly #steps: number[] = [];
  #frameTicks: number;
  #presentation: number;
  #nextDecode: number;
  #newest = Number.NEGATIVE_INFINITY;
  #last: { rtpTime: number; monotonicMs: number } | null = null;

  constructor({
    originSeconds = 1,
    leadSeconds = 0,
    frameTicks = TIMESCALE / 25,
  }: MediaTimelineOptions = {}) {
    this.#leadTicks = Math.round(leadSeconds * TIMESCALE);
    this.#presentation = Math.round(originSeconds * TIMESCALE);
    this.#nextDecode = Math.max(0, this.#presentation - this.#leadTicks);
    this.#frameTicks = clamp(Math.round(frameTicks), SHORTEST_FRAME_TICKS, LONGEST_FRAME_TICKS);
  }

  /** Times of the next sample in decode order. */
  next(unit: Pick<AccessUnit, 'rtpTime' | 'monotonicMs'>): SampleTiming {
    this.#presentation = Math.max(0, this.#presentation + this.#step(unit));
    this.#last = { rtpTime: unit.rtpTime, monotonicMs: unit.monotonicMs };
    this.#learn();
    const decodeTime = this.#nextDecode;
    const distance = this.#presentation - this.#leadTicks - decodeTime;
    const half = this.#frameTicks / 2;
    const duration = Math.round(this.#frameTicks + clamp(distance * CORRECTION, -half, half));
    this.#nextDecode = decodeTime + duration;
    return { decodeTime, compositionOffset: this.#presentation - decodeTime, duration };
  }

  #step(unit: Pick<AccessUnit, 'rtpTime' | 'monotonicMs'>): number {
    if (this.#last === null) return 0;
    const step = Math.round(unit.rtpTime - this.#last.rtpTime);
    if (step >= -BACK_LIMIT_TICKS && step <= FORWARD_LIMIT_TICKS) return step;
    const elapsed = Math.round((unit.monotonicMs - this.#last.monotonicMs) * (TIMESCALE / 1000));
    return clamp(elapsed, this.#frameTicks, FORWARD_LIMIT_TICKS);
  }

  /** The frame duration is the mean distance of the newest presentation times: right with B-frames too, where steps alternate. */
  #learn(): void {
    this.#newest = Math.max(this.#newest, this.#presentation);
    this.#steps.push(this.#newest);
    if (this.#steps.length > WINDOW + 1) this.#steps.shift();
    const first = this.#steps[0];
    if (first === undefined || this.#steps.length < 2) return;
    const mean = (this.#newest - first) / (this.#steps.length - 1);
    if (mean > 0) this.#frameTicks = clamp(Math.round(mean), SHORTEST_FRAME_TICKS, LONGEST_FRAME_TICKS);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
