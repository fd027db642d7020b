import {
  PICTURE_FINDINGS,
  type PictureFinding,
  type PictureFindingDetail,
  type PictureHealth,
} from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import type { Picture } from '../pipeline.ts';
import { Baseline, type Light } from './baseline.ts';
import { Confirmation, type ConfirmationOptions } from './confirmation.ts';
import {
  DEFAULT_THRESHOLDS,
  HIDDEN_BY,
  isBeyond,
  JUDGES,
  type Judgement,
  type Measures,
  type PictureThresholds,
} from './findings.ts';
import { knownOf, PictureLooker } from './picture-look.ts';
import { ShakeMeter } from './shake.ts';

export type PictureHealthOptions = ConfirmationOptions & {
  thresholds: Partial<PictureThresholds>;
  /** Pictures are looked at no more often than so, seconds. */
  lookSeconds: number;
  /** A place that shows something else for so long is the new place, seconds. */
  acceptSeconds: number;
  /** What `baseline` gave before a restart. */
  baseline: string | undefined;
};

const defaults: PictureHealthOptions = {
  thresholds: {},
  window: 10,
  needed: 8,
  lookSeconds: 1,
  acceptSeconds: 1800,
  baseline: undefined,
};

/** A confirmed finding needs so much more to go than it needed to come. */
const HYSTERESIS = 1.2;
/** These gather evidence over many seconds themselves. */
const QUICK: ConfirmationOptions = { window: 3, needed: 2 };
/** A picture is one of the night when it is darker (mean luma) or has less colour (coded levels) than this. */
const NIGHT_LUMA = 60;
const NIGHT_SATURATION = 2.5;
/** Share of changed blocks above which a look teaches nothing. */
const TEACHABLE_CHANGE = 0.4;
/** An occlusion of so much of the place is a whole one. */
const WHOLE = 0.75;

const FINDINGS = Object.keys(PICTURE_FINDINGS) as PictureFinding[];

/** A finding and what it was judged by last; null when it could not be told yet. */
export type Reading = { finding: PictureFinding; confirmed: boolean; judgement: Judgement | null };

/**
 * Picture health of one camera: each finding comes and goes only when N of the last M looks agree. Counts in seconds of `monotonicMs`.
 * Throws a RangeError for a short luma plane, or for N and M that contradict.
 */
export class PictureHealthMeter {
  readonly #settings: PictureHealthOptions;
  readonly #limits: PictureThresholds;
  readonly #confirmations: Map<PictureFinding, Confirmation>;
  readonly #looker = new PictureLooker();
  readonly #shake = new ShakeMeter();
  readonly #baseline = new Baseline();
  readonly #night: Confirmation;
  /** The last one of each finding that could be made. */
  readonly #judgements = new Map<PictureFinding, Judgement>();
  #health: PictureHealth | null = null;
  #looks = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #otherSinceMs: number | null = null;

  constructor(options: Partial<PictureHealthOptions> = {}) {
    this.#settings = { ...defaults, ...options };
    this.#limits = { ...DEFAULT_THRESHOLDS, ...this.#settings.thresholds };
    this.#night = new Confirmation(this.#settings);
    this.#confirmations = new Map(
      FINDINGS.map((finding) => [finding, new Confirmation(finding === 'frozen' ? QUICK : this.#settings)]),
    );
    if (this.#settings.baseline === undefined) return;
    this.#baseline.restore(this.#settings.baseline);
    this.#looker.stillness.longestSeconds = this.#baseline.stillSeconds;
  }

  /** What was learnt, as text for the option of the same name. */
  get baseline(): string {
    return this.#baseline.save();
  }

  /** Every finding with its last measure, confirmed or not. */
  get readings(): Reading[] {
    return FINDINGS.map((finding) => ({
      finding,
      confirmed: this.#isConfirmed(finding),
      judgement: this.#judgements.get(finding) ?? null,
    }));
  }

  /** When the looks began that confirmed a finding, or its end, last; in monotonic milliseconds. */
  changedMs(finding: PictureFinding): number | null {
    return this.#confirmations.get(finding)?.sinceMs ?? null;
  }

  /**
   * Takes every picture: follows the camera's shaking, and looks at a picture when the last look is long enough ago.
   * @returns the health as confirmed so far; null before there were enough looks to confirm anything
   */
  observe(picture: Picture): PictureHealth | null {
    this.#shake.observe(picture);
    const seconds = (picture.monotonicMs - this.#lookedMs) / 1000;
    if (seconds < this.#settings.lookSeconds) return this.#health;
    this.#lookedMs = picture.monotonicMs;
    const light = this.#light();
    const measures = this.#looker.look(picture, this.#shake.measure(), this.#baseline.scene(light));
    this.#night.look(measures.meanLuma < NIGHT_LUMA || measures.saturation < NIGHT_SATURATION);
    const suspicious = this.#judge(measures, light, picture.monotonicMs);
    if (!suspicious && this.#looks > 0) this.#learn(measures, light, Math.min(seconds, 10));
    this.#acceptPlace(measures, light, picture.monotonicMs);
    this.#looks++;
    if (this.#looks >= this.#settings.needed) this.#health = this.#summarise(measures, picture);
    return this.#health;
  }

  #learn(measures: Measures, light: Light, seconds: number): void {
    this.#baseline.learn(light, knownOf(measures), this.#looker.scene, seconds);
    this.#looker.stillness.learn(measures, seconds);
    this.#baseline.stillSeconds = this.#looker.stillness.longestSeconds;
  }

  #light(): Light {
    return this.#night.confirmed ? 'night' : 'day';
  }

  #isConfirmed(finding: PictureFinding): boolean {
    return this.#confirmations.get(finding)?.confirmed === true;
  }

  /** @returns whether anything looks wrong, confirmed or not */
  #judge(measures: Measures, light: Light, nowMs: number): boolean {
    const standard = { limits: this.#limits, known: this.#baseline.of(light) };
    let suspicious = (measures.scene?.changed ?? 0) > TEACHABLE_CHANGE;
    for (const [finding, confirmation] of this.#confirmations) {
      const judgement = JUDGES[finding](measures, standard);
      if (judgement) {
        this.#judgements.set(finding, judgement);
        const slack = confirmation.confirmed ? HYSTERESIS : 1;
        const beyond = isBeyond(judgement, slack);
        if (beyond) suspicious = true;
        confirmation.look(beyond, nowMs);
      }
      if (confirmation.confirmed) suspicious = true;
    }
    return suspicious;
  }

  /** A camera that was turned on purpose must not be reported for ever. */
  #acceptPlace({ scene }: Measures, light: Light, nowMs: number): void {
    if (!this.#isConfirmed('scene-moved') && !(scene && scene.changed > TEACHABLE_CHANGE)) {
      this.#otherSinceMs = null;
      return;
    }
    this.#otherSinceMs ??= nowMs;
    if (this.#isConfirmed('occluded') || nowMs - this.#otherSinceMs < this.#settings.acceptSeconds * 1000)
      return;
    this.#baseline.acceptScene(light, this.#looker.scene);
    this.#otherSinceMs = null;
  }

  #summarise({ meanLuma, contrast, steepness }: Measures, picture: Picture): PictureHealth {
    const isHidden = (finding: PictureFinding) =>
      (HIDDEN_BY[finding] ?? []).some((other) => this.#isConfirmed(other));
    const findings = FINDINGS.filter((finding) => this.#isConfirmed(finding) && !isHidden(finding));
    const details = findings.flatMap((finding) => this.#detail(finding, picture));
    const measures = [...this.#judgements].map(([finding, { measure }]) => ({
      finding,
      measure: round(measure),
    }));
    return {
      good: findings.length === 0,
      findings,
      details,
      measures,
      meanLuma,
      contrast,
      sharpness: steepness,
    };
  }

  #detail(finding: PictureFinding, { capturedAtMs, monotonicMs }: Picture): PictureFindingDetail[] {
    const judgement = this.#judgements.get(finding);
    if (!judgement) return [];
    const { measure, threshold } = judgement;
    const beganMs =
      finding === 'frozen' ? monotonicMs - measure * 1000 : (this.changedMs(finding) ?? monotonicMs);
    const since = timestamp(capturedAtMs - (monotonicMs - beganMs));
    const extent = measure >= WHOLE ? 'whole' : 'part';
    const rounded = { measure: round(measure), threshold: round(threshold) };
    return [{ finding, since, ...rounded, ...(finding === 'occluded' ? { extent } : {}) }];
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
