import { type Selectable, sql } from 'kysely';
import type { DeviceQuery } from './cameras.ts';
import type { Db } from './database.ts';
import type { GatewaysTable, SensorsTable } from './tables.ts';

export type SensorView = Omit<Selectable<SensorsTable>, 'material' | 'announcedAt'> & {
  gatewayState: Selectable<GatewaysTable>['state'];
};

/** Sensors with their last word. Ordered by `<gatewayId>:<sensorId>`. */
export function createSensorStore(db: Db) {
  const views = () =>
    db
      .selectFrom('sensors as s')
      .innerJoin('gateways as g', 'g.id', 's.gatewayId')
      .selectAll('s')
      .select(['g.state as gatewayState']);
  const key = sql<string>`(s.gateway_id || ':' || s.sensor_id) collate "C"`;

  return {
    list({ limit, after, gatewayId }: DeviceQuery): Promise<SensorView[]> {
      let rows = views();
      if (gatewayId !== undefined) rows = rows.where('s.gatewayId', '=', gatewayId);
      if (after !== undefined) rows = rows.where(key, '>', after);
      return rows.orderBy(key).limit(limit).execute();
    },

    findMany: (keys: readonly string[]): Promise<SensorView[]> =>
      keys.length === 0 ? Promise.resolve([]) : views().where(key, 'in', keys).execute(),
  };
}
