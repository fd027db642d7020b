import type { Codec } from '@pingan/models/contract';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { CamerasTable, GatewaysTable } from './tables.ts';

export type CameraView = Omit<Selectable<CamerasTable>, 'codec' | 'material' | 'announcedAt'> & {
  codec: Codec | string | null;
  areaCode: string | null;
  gatewayState: Selectable<GatewaysTable>['state'];
  gatewayStateSince: Date | null;
};

export type DeviceQuery = { limit: number; after?: string | undefined; gatewayId?: string | undefined };

/** Cameras as last heard of, each with the state of its gateway. Ordered by `<gatewayId>:<cameraId>`. */
export function createCameraStore(db: Db) {
  const views = () =>
    db
      .selectFrom('cameras as c')
      .innerJoin('gateways as g', 'g.id', 'c.gatewayId')
      .selectAll('c')
      .select(['g.areaCode', 'g.state as gatewayState', 'g.stateSince as gatewayStateSince']);
  const key = sql<string>`(c.gateway_id || ':' || c.camera_id) collate "C"`;

  return {
    list({ limit, after, gatewayId }: DeviceQuery): Promise<CameraView[]> {
      let rows = views();
      if (gatewayId !== undefined) rows = rows.where('c.gatewayId', '=', gatewayId);
      if (after !== undefined) rows = rows.where(key, '>', after);
      return rows.orderBy(key).limit(limit).execute();
    },

    find: (gatewayId: string, cameraId: string): Promise<CameraView | undefined> =>
      views().where('c.gatewayId', '=', gatewayId).where('c.cameraId', '=', cameraId).executeTakeFirst(),

    findMany: (keys: readonly string[]): Promise<CameraView[]> =>
      keys.length === 0 ? Promise.resolve([]) : views().where(key, 'in', keys).execute(),
  };
}
