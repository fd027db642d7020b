import { Type } from 'typebox';
import { cameraSheet } from '../reports/camera-sheet.ts';
import type { CameraFilter } from '../store/cameras.ts';
import { type App, FAULTS, found } from './app.ts';
import {
  CameraExportQuerySchema,
  type CameraFilterQuery,
  CameraPageSchema,
  CamerasQuerySchema,
} from './camera-schemas.ts';
import { decodeKeyCursor, encodeKeyCursor } from './cursor.ts';
import { CameraParamSchema, parseDeviceId } from './params.ts';
import { presentCamera } from './present.ts';
import { CameraItemSchema } from './schemas.ts';
import type { Services } from './services.ts';

/** More cameras than one list; whoever has more narrows it first. */
const EXPORT_LIMIT = 20_000;
const EXPORT_STEP = 1000;

/** Cameras as the centre last heard of them. */
export function cameraRoutes(app: App, { store, areas }: Services): void {
  const filterOf = ({ area, cause, ...query }: CameraFilterQuery): CameraFilter => ({
    gatewayId: query.gatewayId,
    state: query.state,
    finding: query.finding,
    search: query.search,
    fault: cause,
    areas: area === undefined ? undefined : areas.within(area),
  });

  app.get(
    '/api/v1/cameras',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Cameras with their state and health, filtered and page by page',
        tags: ['cameras'],
        querystring: CamerasQuerySchema,
        response: { 200: CameraPageSchema, ...FAULTS },
      },
    },
    async ({ query: { limit = 50, cursor, ...query } }) => {
      const filter = filterOf(query);
      const [rows, counts] = await Promise.all([
        store.cameras.list({ ...filter, limit: limit + 1, after: decodeKeyCursor(cursor) }),
        store.cameras.counts(filter),
      ]);
      const items = rows.slice(0, limit).map((row) => presentCamera(row, areas));
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? encodeKeyCursor(last.id) : null, ...counts };
    },
  );

  app.get(
    '/api/v1/cameras/export',
    {
      config: { permission: 'read' },
      schema: {
        summary: `The filtered list as CSV; ${EXPORT_LIMIT} cameras at most`,
        tags: ['cameras'],
        querystring: CameraExportQuerySchema,
        produces: ['text/csv'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), ...FAULTS },
      },
    },
    async ({ query: { language = 'zh-CN', ...query } }, reply) => {
      const filter = filterOf(query);
      const items: ReturnType<typeof presentCamera>[] = [];
      for (let after: string | undefined; items.length < EXPORT_LIMIT; after = items.at(-1)?.id) {
        const rows = await store.cameras.list({ ...filter, limit: EXPORT_STEP, after });
        items.push(...rows.map((row) => presentCamera(row, areas)));
        if (rows.length < EXPORT_STEP) break;
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="cameras.csv"')
        .header('cache-control', 'no-store')
        .send(cameraSheet(items, language));
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
}
