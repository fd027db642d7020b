import { type Static, Type } from 'typebox';
import { CameraHealthSchema } from './camera.ts';
import { CountSchema, GatewayIdSchema, TimestampSchema, UuidSchema } from './scalars.ts';
import { SensorReadingSchema } from './sensor.ts';

/** Sent every few seconds and at every change of a camera's state; each report replaces the one before. */
export const HealthReportSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  bootId: UuidSchema,
  at: TimestampSchema,
  cameras: Type.Array(CameraHealthSchema, { maxItems: 512 }),
  sensors: Type.Array(SensorReadingSchema, { maxItems: 2048 }),
  gateway: Type.Object({
    uptimeSeconds: Type.Number({ minimum: 0, maximum: 1e10 }),
    rssBytes: CountSchema,
    cpuSeconds: Type.Number({ minimum: 0, maximum: 1e12 }),
    outboxPending: CountSchema,
    outboxDeadLetters: CountSchema,
    detector: Type.Object({
      submitted: CountSchema,
      inferred: CountSchema,
      dropped: CountSchema,
      restarts: CountSchema,
      /** Detector workers that are lost and wait to be started again. */
      workersDown: Type.Optional(CountSchema),
    }),
  }),
});
export type HealthReport = Static<typeof HealthReportSchema>;
