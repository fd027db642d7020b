import { type Static, Type } from 'typebox';
import { TimestampSchema } from './scalars.ts';

/** 视频质量诊断 findings that the gateway can make; the names of the trade. */
export const PICTURE_FINDINGS = {
  black: { zh: '黑屏', en: 'black' },
  frozen: { zh: '冻结', en: 'frozen' },
  'too-dark': { zh: '过暗', en: 'too dark' },
  'too-bright': { zh: '过亮', en: 'too bright' },
  'low-contrast': { zh: '对比度低', en: 'low contrast' },
  blurred: { zh: '模糊', en: 'blurred' },
  'colour-cast': { zh: '偏色', en: 'colour cast' },
  noise: { zh: '噪声/雪花', en: 'noise or snow' },
  stripes: { zh: '条纹', en: 'stripes' },
  occluded: { zh: '遮挡', en: 'occluded' },
  'scene-moved': { zh: '场景变更', en: 'scene moved' },
  shaking: { zh: '抖动', en: 'shaking' },
} as const;
export type PictureFinding = keyof typeof PICTURE_FINDINGS;
export const PictureFindingSchema = Type.Enum(Object.keys(PICTURE_FINDINGS) as PictureFinding[]);

const MeasureSchema = Type.Number({ minimum: -1e6, maximum: 1e6 });

/** A confirmed finding: since when, and the measure that says so beside what it is compared with. Units: gateway/src/health/README.md. */
export const PictureFindingDetailSchema = Type.Object({
  finding: PictureFindingSchema,
  since: TimestampSchema,
  measure: MeasureSchema,
  threshold: MeasureSchema,
  /** Of an occlusion: a part of the picture or all of it. */
  extent: Type.Optional(Type.Union([Type.Literal('part'), Type.Literal('whole')])),
});
export type PictureFindingDetail = Static<typeof PictureFindingDetailSchema>;

/** What each finding was judged by last, confirmed or not; one that cannot be told yet is absent. */
export const PictureMeasuresSchema = Type.Array(
  Type.Object({ finding: PictureFindingSchema, measure: MeasureSchema }),
  { maxItems: 16 },
);
