import type { PictureFinding } from '@pingan/models/contract';
import type { Known } from './baseline.ts';
import type { Colour } from './colour.ts';
import type { Edges } from './edges.ts';
import type { SceneChange } from './scene.ts';
import type { Stillness } from './stillness.ts';
import type { Stripes } from './stripes.ts';
import type { Tone } from './tone.ts';

/** Everything one look measures. */
export type Measures = Tone &
  Edges &
  Colour &
  Stillness &
  Stripes & {
    noise: number;
    /** Null while the camera cannot be followed. */
    shake: number | null;
    /** Null while the place is being learnt. */
    scene: SceneChange | null;
  };

/** Without a baseline; units as in `Measures`. Where each comes from: README.md. */
export type PictureThresholds = {
  /** 95th percentile of the luma, 0..255. */
  black: number;
  darkLuma: number;
  brightLuma: number;
  /** Distance of the 5th and the 95th percentile, 0..255. */
  spread: number;
  steepness: number;
  cast: number;
  noise: number;
  /** Decibels, and the least amplitude in coded levels. */
  stripes: number;
  stripeAmplitude: number;
  /** Shares of the structured blocks. */
  occluded: number;
  moved: number;
  /** Pixels. */
  shake: number;
  freezeSeconds: number;
};

export const DEFAULT_THRESHOLDS: PictureThresholds = {
  black: 16,
  darkLuma: 30,
  brightLuma: 215,
  spread: 42,
  steepness: 0.38,
  cast: 16,
  noise: 9,
  stripes: 11,
  stripeAmplitude: 2,
  occluded: 0.1,
  moved: 0.45,
  shake: 1,
  freezeSeconds: 12,
};

export type Judgement = { measure: number; threshold: number; sense: 'above' | 'below' };

/** What a look is judged by. */
export type Standard = { limits: PictureThresholds; known: Known | null };

/** Null: the picture is in a state in which this cannot be told. */
type Judge = (measures: Measures, standard: Standard) => Judgement | null;

const above = (measure: number, threshold: number): Judgement => ({ measure, threshold, sense: 'above' });
const below = (measure: number, threshold: number): Judgement => ({ measure, threshold, sense: 'below' });

/** Below so little structure in the remembered place its blocks tell nothing. */
const LEAST_STRUCTURED = 0.15;
/** Mean distance of chroma from grey below which a picture has no colour to be shifted: infrared mode. */
const COLOURLESS = 4;
/** Share of blocks with other detail from which the camera looks elsewhere, and what is smooth is that place's sky or wall, no cover. */
const TURNED = 0.35;
/** Mean luma of a picture in good light. */
const MIDDLE_LUMA = 110;
/** Tiles with edges below which a picture of good contrast is blurred beyond measure. */
const LEAST_COVERAGE = 0.04;

const isLit = ({ highlight, meanLuma, percentile95 }: Measures, { limits }: Standard): boolean =>
  percentile95 >= limits.black && highlight >= limits.darkLuma && meanLuma <= limits.brightLuma;

const isCovered = ({ scene }: Measures): boolean => scene !== null && scene.covered > 0.4;

const judgeSpread: Judge = (measures, standard) => {
  const { limits, known } = standard;
  const { spread, meanLuma } = measures;
  if (!isLit(measures, standard) || meanLuma < limits.darkLuma || isCovered(measures)) return null;
  // Less light narrows the spread as much as it lowers the mean; fog or a fault does not.
  if (!known) return below(spread, limits.spread * Math.min(1, meanLuma / MIDDLE_LUMA));
  const light = Math.min(1, meanLuma / Math.max(1, known.meanLuma));
  return below(
    spread,
    Math.min(1.4 * limits.spread, Math.max(0.6 * limits.spread, 0.4 * known.spread)) * light,
  );
};

const judgeEdges: Judge = (measures, standard) => {
  const { limits, known } = standard;
  const contrast = judgeSpread(measures, standard);
  if (contrast === null || isBeyond(contrast, 1)) return null;
  const { coverage, steepness } = measures;
  const threshold = Math.max(limits.steepness, known ? Math.min(0.5, 0.68 * known.steepness) : 0);
  if (coverage >= LEAST_COVERAGE) return below(steepness, threshold);
  return (known ? known.coverage > 5 * LEAST_COVERAGE : measures.contrast > 25) ? below(0, threshold) : null;
};

/** Colour that is everywhere, or has come over the place as it is known; the one that is farther from good counts. */
const judgeColour: Judge = ({ cast, tintU, tintV, saturation, meanLuma, scene }, { limits, known }) => {
  if (scene && scene.changed > 0.4) return null;
  if (!known) return above(cast, limits.cast);
  const own = above(cast, Math.max(limits.cast / 2, known.cast + 7));
  // Chroma shrinks with the light, or does not where the camera's own curve makes the difference.
  const dimmed = Math.min(1.5, meanLuma / Math.max(1, known.meanLuma));
  const shiftFrom = (share: number) => Math.hypot(tintU - share * known.tintU, tintV - share * known.tintV);
  const come = above(saturation < COLOURLESS ? 0 : Math.min(shiftFrom(1), shiftFrom(dimmed)), limits.cast);
  return come.measure / come.threshold > own.measure / own.threshold ? come : own;
};

/** Every finding: its measure, its threshold, and when it cannot be told. */
export const JUDGES: Record<PictureFinding, Judge> = {
  black: ({ percentile95 }, { limits }) => below(percentile95, limits.black),
  frozen: ({ sameSeconds, allowedSeconds }, { limits }) =>
    above(sameSeconds, Math.max(limits.freezeSeconds, allowedSeconds)),
  'too-dark': ({ meanLuma, percentile95 }, { limits }) =>
    percentile95 < limits.black ? null : below(meanLuma, limits.darkLuma),
  'too-bright': ({ meanLuma }, { limits }) => above(meanLuma, limits.brightLuma),
  'low-contrast': judgeSpread,
  blurred: judgeEdges,
  'colour-cast': judgeColour,
  noise: ({ noise, ...measures }, { limits, known }) =>
    measures.percentile95 < limits.black
      ? null
      : above(noise, Math.max(limits.noise, known ? 2.5 * known.noise : 0)),
  stripes: ({ prominence, amplitude }, { limits, known }) =>
    above(
      amplitude < limits.stripeAmplitude ? 0 : prominence,
      known ? Math.max(limits.stripes - 2.5, known.prominence + 4.5) : limits.stripes,
    ),
  occluded: (measures, standard) => {
    const { scene } = measures;
    if (!scene || scene.structured < LEAST_STRUCTURED || !isLit(measures, standard)) return null;
    return above(scene.moved > TURNED ? 0 : scene.covered, standard.limits.occluded);
  },
  'scene-moved': (measures, standard) => {
    const { scene } = measures;
    if (!scene || scene.structured < LEAST_STRUCTURED || !isLit(measures, standard)) return null;
    return above(scene.moved > TURNED ? scene.changed : scene.moved, standard.limits.moved);
  },
  shaking: ({ shake }, { limits }) => (shake === null ? null : above(shake, limits.shake)),
};

/** Whether the measure is beyond its threshold; `slack` > 1 moves the threshold towards the good side, for what is to stay. */
export function isBeyond({ measure, threshold, sense }: Judgement, slack: number): boolean {
  return sense === 'above' ? measure > threshold / slack : measure < threshold * slack;
}

/** What is not said while something worse holds. */
export const HIDDEN_BY: Partial<Record<PictureFinding, readonly PictureFinding[]>> = {
  'too-dark': ['black'],
  frozen: ['black', 'too-bright'],
  'low-contrast': ['black', 'too-dark', 'too-bright'],
  blurred: ['black', 'too-dark', 'too-bright', 'low-contrast', 'occluded'],
  'colour-cast': ['black', 'too-dark', 'too-bright', 'occluded'],
  stripes: ['black'],
  occluded: ['black', 'too-dark', 'too-bright', 'low-contrast', 'noise'],
  'scene-moved': ['black', 'too-dark', 'too-bright', 'occluded'],
  shaking: ['black'],
};
