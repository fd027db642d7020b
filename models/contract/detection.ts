import { type Static, Type } from 'typebox';
import { BoxSchema, UnitSchema } from './scalars.ts';

/** One object in one picture. */
export const DetectionSchema = Type.Object({
  /** COCO name, for example `person`. */
  label: Type.String({ minLength: 1, maxLength: 64 }),
  /** Index of the label in the model's list. */
  classId: Type.Integer({ minimum: 0, maximum: 65_535 }),
  confidence: UnitSchema,
  box: BoxSchema,
});
export type Detection = Static<typeof DetectionSchema>;
