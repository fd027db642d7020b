import type { PictureFinding, PictureFindingDetail } from '@pingan/models/contract';
import { PictureHealthMeter, type PictureHealthOptions } from '../../../gateway/src/health/picture-health.ts';
import type { Picture } from '../../../gateway/src/pipeline.ts';

/** A finding from its first look to its last, seconds of the file; `endSeconds` null when it still held at the end. */
export type Interval = {
  finding: PictureFinding;
  startSeconds: number;
  endSeconds: number | null;
  /** Where the measure was farthest from good while the finding held. */
  measure: number;
  threshold: number;
  /** When it was said first. */
  confirmedSeconds: number;
};

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Watches a meter's findings come and go over a run of pictures. */
export class IntervalRecorder {
  readonly meter: PictureHealthMeter;
  readonly #open = new Map<PictureFinding, Interval>();
  readonly #closed: Interval[] = [];

  constructor(options: Partial<PictureHealthOptions> = {}) {
    this.meter = new PictureHealthMeter(options);
  }

  observe(picture: Picture): void {
    const health = this.meter.observe(picture);
    const details = health?.details ?? [];
    for (const detail of details) this.#note(detail, picture);
    for (const [finding, interval] of this.#open) {
      if (details.some((detail) => detail.finding === finding)) continue;
      const endMs = this.meter.changedMs(finding) ?? picture.monotonicMs;
      this.#open.delete(finding);
      this.#closed.push({ ...interval, endSeconds: Math.max(interval.startSeconds, seconds(endMs)) });
    }
  }

  /** All intervals so far by their start. */
  intervals(): Interval[] {
    return [...this.#closed, ...this.#open.values()].sort((a, b) => a.startSeconds - b.startSeconds);
  }

  #note({ finding, since, measure, threshold }: PictureFindingDetail, picture: Picture): void {
    const known = this.#open.get(finding);
    if (!known) {
      const startSeconds = Math.max(0, seconds(Date.parse(since)));
      const confirmedSeconds = seconds(picture.monotonicMs);
      this.#open.set(finding, {
        finding,
        startSeconds,
        endSeconds: null,
        measure,
        threshold,
        confirmedSeconds,
      });
    } else if (Math.abs(measure - threshold) > Math.abs(known.measure - known.threshold)) {
      Object.assign(known, { measure, threshold });
    }
  }
}
