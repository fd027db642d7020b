import type { Clock } from '../base/clock.ts';
import { sameParameterSets } from '../base/mp4/index.ts';
import type { FrameSessionEvents, PacketFacts, ParameterSets } from '../pipeline.ts';
import { type AnnexBPicture, annexBRole, type NalRole } from './annex-b.ts';
import type { VideoFile } from './file-probe.ts';

const TICKS_PER_SECOND = 90_000;

/**
 * Makes access units of a file's pictures. Their time is the picture's number over the frame rate, so it runs on evenly where the file
 * begins again; for files with B-frames it is the decoding time.
 */
export class FilePictures {
  readonly #file: VideoFile;
  readonly #events: FrameSessionEvents;
  readonly #clock: Clock;
  #sets: ParameterSets | null = null;
  #sinceKey = 0;
  /** When the picture after the last one began to arrive: it showed that the last one was whole. */
  #nextArrival: { capturedAtMs: number; monotonicMs: number } | null = null;
  readonly #counts = { bytes: 0, accessUnits: 0, keyUnits: 0, gopLength: 0 };

  constructor(file: VideoFile, events: FrameSessionEvents, clock: Clock) {
    this.#file = file;
    this.#events = events;
    this.#clock = clock;
  }

  /** A file loses nothing: each picture counts as one packet. */
  get facts(): PacketFacts {
    const loss = {
      lost: 0,
      reordered: 0,
      jitterMs: 0,
      corruptUnits: 0,
      timestampJumps: 0,
      clockOffsetMs: null,
    };
    return { ...this.#counts, ...loss, packets: this.#counts.accessUnits };
  }

  push({ nals, key }: AnnexBPicture): void {
    const counts = this.#counts;
    const rtpTime = Math.round((counts.accessUnits * TICKS_PER_SECOND) / this.#file.fps);
    counts.accessUnits++;
    for (const nal of nals) counts.bytes += nal.length;
    if (key) {
      if (counts.keyUnits > 0) counts.gopLength = this.#sinceKey;
      counts.keyUnits++;
      this.#sinceKey = 0;
      this.#followSets(nals);
    }
    this.#sinceKey++;
    const now = { capturedAtMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
    const arrival = this.#nextArrival ?? now;
    this.#nextArrival = now;
    this.#events.onAccessUnit({ nals, key, rtpTime, ...arrival, corrupt: false });
  }

  #followSets(nals: readonly Uint8Array[]): void {
    const { codec } = this.#file;
    const first = (role: NalRole) => nals.find((nal) => annexBRole(codec, nal) === role);
    const [vps, sps, pps] = [first('vps'), first('sps'), first('pps')];
    if (sps === undefined || pps === undefined) return;
    const sets: ParameterSets = { codec, sps, pps, ...(vps === undefined ? {} : { vps }) };
    if (this.#sets !== null && sameParameterSets(this.#sets, sets)) return;
    this.#sets = sets;
    this.#events.onParameterSets(sets);
  }
}
