import { Type } from 'typebox';
import { type App, FAULTS } from './app.ts';
import { decodeKeyCursor, encodeKeyCursor } from './cursor.ts';
import { presentSensor } from './present.ts';
import { PageOf, PageQuerySchema, SensorItemSchema } from './schemas.ts';
import type { Services } from './services.ts';

const DevicesQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  gatewayId: Type.Optional(Type.String({ maxLength: 64 })),
});

/** Sensors as the centre last heard of them. */
export function deviceRoutes(app: App, { store }: Services): void {
  app.get(
    '/api/v1/sensors',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Sensors with their last word',
        tags: ['sensors'],
        querystring: DevicesQuerySchema,
        response: { 200: PageOf(SensorItemSchema), ...FAULTS },
      },
    },
    async ({ query: { limit = 50, cursor, gatewayId } }) => {
      const rows = await store.sensors.list({ limit: limit + 1, after: decodeKeyCursor(cursor), gatewayId });
      const items = rows.slice(0, limit).map(presentSensor);
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? encodeKeyCursor(last.id) : null };
    },
  );
}
