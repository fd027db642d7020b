import { Type } from 'typebox';
import { type App, FAULTS, found } from './app.ts';
import { decodeKeyCursor, encodeKeyCursor } from './cursor.ts';
import { CameraParamSchema, parseDeviceId } from './params.ts';
import { presentCamera, presentSensor } from './present.ts';
import { CameraItemSchema, PageOf, PageQuerySchema, SensorItemSchema } from './schemas.ts';
import type { Services } from './services.ts';

const DevicesQuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  gatewayId: Type.Optional(Type.String({ maxLength: 64 })),
});

/** Cameras and sensors as the centre last heard of them. */
export function deviceRoutes(app: App, { store, areas }: Services): void {
  app.get(
    '/api/v1/cameras',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Cameras with their state and health',
        tags: ['cameras'],
        querystring: DevicesQuerySchema,
        response: { 200: PageOf(CameraItemSchema), ...FAULTS },
      },
    },
    async ({ query: { limit = 50, cursor, gatewayId } }) => {
      const rows = await store.cameras.list({ limit: limit + 1, after: decodeKeyCursor(cursor), gatewayId });
      const items = rows.slice(0, limit).map((row) => presentCamera(row, areas));
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? encodeKeyCursor(last.id) : null };
    },
  );

  app.get(
    '/api/v1/cameras/:id',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'One camera',
        tags: ['cameras'],
        params: CameraParamSchema,
        response: { 200: CameraItemSchema, ...FAULTS },
      },
    },
    async ({ params }) => {
      const { gatewayId, deviceId } = parseDeviceId(params.id);
      return presentCamera(found(await store.cameras.find(gatewayId, deviceId)), areas);
    },
  );

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
