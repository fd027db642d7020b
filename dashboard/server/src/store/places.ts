import { sql } from 'kysely';
import type { Area } from '../registry/areas.ts';
import type { AlarmFacts, CameraFacts } from '../reports/area-facts.ts';
import type { Db } from './database.ts';

/** Areas, and the facts from which their index is computed. */
export function createPlaceStore(db: Db) {
  return {
    async all(): Promise<Area[]> {
      const rows = await db.selectFrom('areas').selectAll().execute();
      return rows.map(({ nameZh: zh, nameEn: en, ...area }) => ({ ...area, name: { zh, en } }));
    },

    /** Adds areas (parents first); those whose code is there stay as they are. */
    async add(areas: readonly Area[]): Promise<void> {
      if (areas.length === 0) return;
      await db
        .insertInto('areas')
        .values(areas.map(({ name, ...area }) => ({ ...area, nameZh: name.zh, nameEn: name.en })))
        .onConflict((conflict) => conflict.column('code').doNothing())
        .execute();
    },

    /** One row per camera that stands in an area: seconds by state between `from` and `to`. */
    async cameraFacts(from: Date, to: Date): Promise<CameraFacts[]> {
      const { rows } = await sql<CameraFacts>`
        select g.area_code, g.state = 'online' and c.state->>'kind' = 'streaming' as "isConnected",
          coalesce(s.good, 0) as good, coalesce(s.poor, 0) as poor, coalesce(s.streaming, 0) as streaming,
          coalesce(s.down, 0) as down
        from cameras c join gateways g on g.id = c.gateway_id
        left join (
          select gateway_id, camera_id,
            sum(seconds) filter (where kind = 'good') as good, sum(seconds) filter (where kind = 'poor') as poor,
            sum(seconds) filter (where kind = 'streaming') as streaming, sum(seconds) filter (where kind = 'down') as down
          from (
            select gateway_id, camera_id, kind,
              extract(epoch from least(ends_at, ${to}) - greatest(starts_at, ${from}))::double precision as seconds
            from intervals where ends_at > ${from} and starts_at < ${to}
          ) i group by gateway_id, camera_id
        ) s on s.gateway_id = c.gateway_id and s.camera_id = c.camera_id
        where g.area_code is not null and c.state->>'kind' <> 'stopped'`.execute(db);
      return rows;
    },

    /** Per area: alarms received in the window, and how many of them operators have dealt with. */
    async alarmFacts(from: Date, to: Date): Promise<AlarmFacts[]> {
      const { rows } = await sql<AlarmFacts>`
        select area_code, count(*) as raised, count(*) filter (where state <> 'new') as disposed
        from alarms where received_at >= ${from} and received_at < ${to} and area_code is not null
        group by area_code`.execute(db);
      return rows;
    },

    /** Writes one line of the viewing log. */
    async logViewing(viewing: Viewing): Promise<void> {
      await db.insertInto('viewings').values(viewing).execute();
    },

    viewings: () => db.selectFrom('viewings').selectAll().orderBy('id').execute(),
  };
}

export type Viewing = {
  at: Date;
  username: string;
  gatewayId: string;
  cameraId: string;
  reason: string;
  eventId: string | null;
};
