import type { PictureFinding, PictureHealth } from '@pingan/models/contract';
import type { Picture } from '../pipeline.ts';
import { Confirmation, type ConfirmationOptions } from './confirmation.ts';
import { type Luma, reduceLuma } from './luma.ts';
import { comparePictures, measurePicture, type PictureMeasures } from './measures.ts';

/** Starting points from vendors' hints, full range luma 0..255; a site may need others. */
export type PictureThresholds = {
  /** Black: mean and contrast both below. */
  blackLuma: number;
  blackContrast: number;
  darkLuma: number;
  brightLuma: number;
  contrast: number;
  /** Laplacian variance at about 320×180. */
  sharpness: number;
};

export type PictureHealthOptions = ConfirmationOptions & {
  thresholds: PictureThresholds;
  /** Pictures are looked at no more often than so, seconds. */
  lookSeconds: number;
  /** The same picture for so long is frozen, seconds. Longer than the camera's keyframe interval: a still night scene repeats within it. */
  freezeSeconds: number;
};

const defaults: PictureHealthOptions = {
  thresholds: {
    blackLuma: 10,
    blackContrast: 6,
    darkLuma: 30,
    brightLuma: 220,
    contrast: 25,
    sharpness: 100,
  },
  window: 10,
  needed: 8,
  lookSeconds: 1,
  freezeSeconds: 20,
};

/** A confirmed finding needs so much more to go than it needed to come. */
const HYSTERESIS = 1.2;
/** Between looks so far apart nobody knows what the picture did, seconds. */
const BLIND_SECONDS = 10;
/** Up to here two pictures are the same one, decoded again: mean difference, coded levels. */
const SAME_LEVELS = 0.05;

type Measures = PictureMeasures & { sameSeconds: number };
type Limits = PictureThresholds & { freezeSeconds: number };
/** `slack` is 1 to come and `HYSTERESIS` to stay. */
type Test = (measures: Measures, limits: Limits, slack: number) => boolean;

const tests: Record<PictureFinding, Test> = {
  black: ({ meanLuma, contrast }, limits, slack) =>
    meanLuma < limits.blackLuma * slack && contrast < limits.blackContrast * slack,
  'too-dark': ({ meanLuma }, limits, slack) => meanLuma < limits.darkLuma * slack,
  'too-bright': ({ meanLuma }, limits, slack) => 255 - meanLuma < (255 - limits.brightLuma) * slack,
  'low-contrast': ({ contrast }, limits, slack) => contrast < limits.contrast * slack,
  blurred: ({ sharpness }, limits, slack) => sharpness < limits.sharpness * slack,
  frozen: ({ sameSeconds }, limits) => sameSeconds >= limits.freezeSeconds,
};

/** What cannot be judged while something worse holds. */
const hiddenBy: Partial<Record<PictureFinding, PictureFinding[]>> = {
  'too-dark': ['black'],
  'low-contrast': ['black', 'too-dark', 'too-bright'],
  blurred: ['black', 'too-dark', 'too-bright', 'low-contrast'],
  frozen: ['black'],
};

const FINDINGS: PictureFinding[] = ['black', 'frozen', 'too-dark', 'too-bright', 'low-contrast', 'blurred'];

/** For how long the picture has been the very same one. */
class Stillness {
  #reference: Uint8Array | null = null;
  #sinceMs = 0;
  #previousMs = 0;

  /** Seconds since the first of an unbroken run of equal pictures. */
  look(luma: Luma, nowMs: number): number {
    const blind = nowMs - this.#previousMs > BLIND_SECONDS * 1000;
    this.#previousMs = nowMs;
    if (blind || !this.#isReference(luma)) {
      this.#reference = luma.values.slice();
      this.#sinceMs = nowMs;
    }
    return (nowMs - this.#sinceMs) / 1000;
  }

  #isReference(luma: Luma): boolean {
    if (this.#reference?.length !== luma.values.length) return false;
    const { mean, distinct } = comparePictures(this.#reference, luma.values);
    return mean < SAME_LEVELS && distinct === 0;
  }
}

export type PictureHealthMeter = {
  /**
   * Looks at a picture when the last look is long enough ago.
   * @returns the health as confirmed so far; null before there were enough looks to confirm anything
   */
  observe(picture: Picture): PictureHealth | null;
};

/**
 * Picture health of one camera: each finding comes and goes only when N of the last M looks agree. Counts in seconds of `monotonicMs`.
 * Throws a RangeError for a short luma plane, or for N and M that contradict.
 */
export function createPictureHealth(options: Partial<PictureHealthOptions> = {}): PictureHealthMeter {
  const settings = { ...defaults, ...options };
  const limits = { ...settings.thresholds, freezeSeconds: settings.freezeSeconds };
  const confirmations = new Map(FINDINGS.map((finding) => [finding, new Confirmation(settings)]));
  const stillness = new Stillness();
  let luma: Luma | null = null;
  let looks = 0;
  let nextLookMs = Number.NEGATIVE_INFINITY;
  let health: PictureHealth | null = null;

  const summarise = (measures: PictureMeasures): PictureHealth => {
    const isConfirmed = (finding: PictureFinding) => confirmations.get(finding)?.confirmed === true;
    const findings = FINDINGS.filter(
      (finding) => isConfirmed(finding) && !(hiddenBy[finding] ?? []).some(isConfirmed),
    );
    const { meanLuma, contrast, sharpness } = measures;
    return { good: findings.length === 0, findings, meanLuma, contrast, sharpness };
  };

  return {
    observe(picture) {
      if (picture.monotonicMs < nextLookMs) return health;
      nextLookMs = picture.monotonicMs + settings.lookSeconds * 1000;
      luma = reduceLuma(picture, luma);
      const measures = { ...measurePicture(luma), sameSeconds: stillness.look(luma, picture.monotonicMs) };
      for (const [finding, confirmation] of confirmations)
        confirmation.look(tests[finding](measures, limits, confirmation.confirmed ? HYSTERESIS : 1));
      looks++;
      if (looks >= settings.needed) health = summarise(measures);
      return health;
    },
  };
}
