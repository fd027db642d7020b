import { type Static, Type } from 'typebox';
import { DeviceCodeSchema } from './device-code.ts';
import { KeySchema, LabelSchema, TimestampSchema } from './scalars.ts';

export const SENSOR_KINDS = [
  'smoke',
  'gas',
  'sos',
  'water',
  'door',
  'motion',
  'tamper',
  'temperature',
  'humidity',
  'battery',
  'other',
] as const;
export const SensorKindSchema = Type.Enum([...SENSOR_KINDS]);
export type SensorKind = (typeof SENSOR_KINDS)[number];

/** The last word of a sensor. */
export const SensorReadingSchema = Type.Object({
  sensorId: KeySchema,
  code: DeviceCodeSchema,
  name: LabelSchema,
  kind: SensorKindSchema,
  protocol: KeySchema,
  available: Type.Boolean(),
  /** null until the first state. */
  at: Type.Union([TimestampSchema, Type.Null()]),
  value: Type.Union([
    Type.Null(),
    Type.Object({ kind: Type.Literal('binary'), active: Type.Boolean() }),
    Type.Object({ kind: Type.Literal('number'), value: Type.Number(), unit: Type.String({ maxLength: 32 }) }),
  ]),
});
export type SensorReading = Static<typeof SensorReadingSchema>;
