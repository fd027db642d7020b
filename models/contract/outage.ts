import { type Static, Type } from 'typebox';
import { DeviceCodeSchema } from './device-code.ts';
import { CountSchema, KeySchema, LabelSchema } from './scalars.ts';

/** Cameras that fell together: one alarm instead of one each. */
export const OutageSchema = Type.Object({
  /** What they have in common: a network (`192.168.1.0/24`), a host, or `gateway` for cameras of several networks. */
  scope: Type.Union([Type.Literal('gateway'), Type.Literal('network'), Type.Literal('host')]),
  network: LabelSchema,
  /** How many fell, and of how many. */
  fallen: CountSchema,
  total: CountSchema,
  cameras: Type.Array(Type.Object({ id: KeySchema, code: DeviceCodeSchema, name: LabelSchema }), {
    maxItems: 256,
  }),
});
export type Outage = Static<typeof OutageSchema>;
