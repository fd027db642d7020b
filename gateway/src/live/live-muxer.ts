import { encodeMedia, type MediaStart } from '@pingan/models/contract';
import { fragment, initSegment, MediaTimeline, sampleNals, TIMESCALE } from '../base/mp4/index.ts';
import type { AccessUnit, ParameterSets } from '../pipeline.ts';

/** One stream's messages with one set of parameters: the start, the init segment, and one message per access unit. */
export class LiveMuxer {
  readonly sets: ParameterSets;
  readonly start: MediaStart;
  /** The init segment as a media message. */
  readonly init: Uint8Array;
  readonly #timeline: MediaTimeline;
  #sequence = 0;

  /**
   * @param replay units that will come first; their rate is the first guess of the frame duration
   * @throws MalformedParameterSetError
   */
  constructor(sets: ParameterSets, replay: readonly AccessUnit[]) {
    const { format, bytes } = initSegment(sets);
    const { codec, mimeCodec, width, height } = format;
    this.sets = sets;
    this.start = { kind: 'start', codec, mimeCodec, width, height };
    this.init = encodeMedia('init', 0, bytes);
    const frameTicks = usualStep(replay);
    this.#timeline = new MediaTimeline(frameTicks === null ? {} : { frameTicks });
  }

  /** The unit as a media message; null when it holds no picture data. */
  message(unit: AccessUnit): Uint8Array | null {
    const nals = sampleNals(unit, this.sets);
    if (nals.length === 0) return null;
    this.#sequence += 1;
    const timing = this.#timeline.next(unit);
    const segment = fragment({ sequence: this.#sequence, timing, key: unit.key, nals });
    return encodeMedia(unit.key ? 'key' : 'delta', unit.capturedAtMs, segment);
  }
}

/** Mean step of RTP time, ticks; null when the units say nothing sensible. */
function usualStep(units: readonly AccessUnit[]): number | null {
  const times = units.map((unit) => unit.rtpTime);
  const step = (Math.max(...times) - Math.min(...times)) / (times.length - 1);
  return step > 0 && step < 2 * TIMESCALE ? step : null;
}
