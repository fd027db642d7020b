import type { PictureFinding } from '@pingan/models/contract';
import { createMotionGate } from '../motion/motion-gate.ts';
import type { Detector, Picture, Track } from '../pipeline.ts';
import type { Moment, RuleEngine, RuleOutcome } from '../rules/index.ts';
import { createTracker } from '../tracking/tracker.ts';
import { LookWaits } from './look-waits.ts';

export type PictureAnalysisOptions = {
  /** null: pictures are not looked at for anything but motion. */
  detector: Pick<Detector, 'detect'> | null;
  rules: RuleEngine;
  /** What the picture suffers from, as picture health has confirmed it. */
  findings?: () => readonly PictureFinding[];
  onOutcome(outcome: RuleOutcome, moment: Moment): void;
};

/**
 * Counts of pictures: seen, with something moving, looked at by the detector, given up for a newer one; and the longest time within
 * about the last minute in which every picture that was wanted was given up, ms.
 */
export type AnalysisWork = {
  pictures: number;
  moving: number;
  inferred: number;
  dropped: number;
  longestWaitMs: number;
};

/** The rules are asked at least this often, also when nothing moves: standing still is no way out. */
const REFRESH_MS = 1000;
/** Where nothing moves those who are followed are still there; the detector makes sure of it this often only. */
const VERIFY_MS = 10_000;

/** One camera's pictures: motion gate → detector → tracker → rules. The running gateway and `replay` use the same one. */
export class PictureAnalysis {
  readonly #options: PictureAnalysisOptions;
  readonly #gate = createMotionGate();
  readonly #tracker = createTracker();
  readonly #waits = new LookWaits();
  readonly #work: Omit<AnalysisWork, 'longestWaitMs'> = { pictures: 0, moving: 0, inferred: 0, dropped: 0 };
  #tracks: readonly Track[] = [];
  #judgedAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PictureAnalysisOptions) {
    this.#options = options;
  }

  get work(): AnalysisWork {
    return { ...this.#work, longestWaitMs: this.#waits.longestMs() };
  }

  /** When the rules were last asked, by the pictures' monotonic clock; −∞ before. */
  get judgedAtMs(): number {
    return this.#judgedAtMs;
  }

  /** Resolves when the rules have judged the picture, or when it was none of their business. Never rejects. */
  async observe(picture: Picture): Promise<void> {
    this.#work.pictures += 1;
    const { moving } = this.#gate.observe(picture);
    if (moving) this.#work.moving += 1;
    const nowMs = picture.monotonicMs;
    const isStale = this.#tracks.length > 0 && nowMs - this.#lookedAtMs >= VERIFY_MS;
    const isWanted = this.#options.rules.labels.size > 0;
    if (isWanted && (moving || isStale)) await this.#look(picture);
    else if (nowMs - this.#judgedAtMs >= REFRESH_MS) this.#judge(picture);
  }

  /** No pictures come any more: nobody is taken to be there, so that alarms clear. */
  forget(moment: Moment): void {
    this.#tracks = [];
    this.#tell([], moment);
  }

  #tell(tracks: readonly Track[], moment: Moment): void {
    const { rules, findings, onOutcome } = this.#options;
    for (const outcome of rules.update(tracks, moment, findings?.())) onOutcome(outcome, moment);
  }

  async #look(picture: Picture): Promise<void> {
    const { detector } = this.#options;
    if (!detector) return;
    const { rules } = this.#options;
    const result = await detector.detect(picture, { isUrgent: rules.isArmed(picture.capturedAtMs) });
    if (!result) {
      this.#work.dropped += 1;
      this.#waits.begin(picture.monotonicMs);
      return;
    }
    this.#work.inferred += 1;
    this.#waits.end(picture.monotonicMs);
    this.#lookedAtMs = picture.monotonicMs;
    const { labels } = rules;
    const wanted = result.detections.filter(({ label }) => labels.has(label));
    this.#tracks = this.#tracker.update(wanted, picture.monotonicMs);
    this.#judge(picture);
  }

  #judge(picture: Picture): void {
    this.#judgedAtMs = picture.monotonicMs;
    this.#tell(this.#tracks, picture);
  }
}
