import type { CameraFault, Codec, PictureFinding, StreamState } from '@pingan/models/contract';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { CamerasTable, GatewaysTable } from './tables.ts';

export type CameraView = Omit<
  Selectable<CamerasTable>,
  'codec' | 'material' | 'announcedAt' | 'firstSeenAt'
> & {
  codec: Codec | string | null;
  areaCode: string | null;
  gatewayState: Selectable<GatewaysTable>['state'];
  gatewayStateSince: Date | null;
  /** The planned maintenance that goes on now. */
  maintenance: { id: string; endsAt: string; reason: string } | null;
};

export type DeviceQuery = { limit: number; after?: string | undefined; gatewayId?: string | undefined };

/** What a list of cameras can be narrowed to; all must hold. */
export type CameraFilter = {
  gatewayId?: string | undefined;
  /** `unknown`: the gateway is not online; every other state only while it is. */
  state?: StreamState['kind'] | 'unknown' | undefined;
  fault?: CameraFault | undefined;
  finding?: PictureFinding | undefined;
  /** Codes of the areas that gateways stand in. */
  areas?: readonly string[] | undefined;
  /** Part of the name, the code or the address. */
  search?: string | undefined;
};

/** Cameras as last heard of, each with the state of its gateway. Ordered by `<gatewayId>:<cameraId>`. */
export function createCameraStore(db: Db) {
  const maintenance = sql<CameraView['maintenance']>`(
    select jsonb_build_object('id', m.id, 'endsAt', m.ends_at, 'reason', m.reason) from maintenances m
    where m.gateway_id = c.gateway_id and (m.camera_id is null or m.camera_id = c.camera_id)
      and m.starts_at <= now() and m.ends_at > now()
    order by m.ends_at desc limit 1)`;
  const views = () =>
    db
      .selectFrom('cameras as c')
      .innerJoin('gateways as g', 'g.id', 'c.gatewayId')
      .selectAll('c')
      .select(['g.areaCode', 'g.state as gatewayState', 'g.stateSince as gatewayStateSince'])
      .select(maintenance.as('maintenance'));
  const key = sql<string>`(c.gateway_id || ':' || c.camera_id) collate "C"`;

  const matches = (filter: CameraFilter) => {
    const { gatewayId, state, fault, finding, areas, search } = filter;
    const isKnown = sql`g.state = 'online'`;
    const text = `%${(search ?? '').replace(/[\\%_]/g, '\\$&')}%`;
    const parts = [
      sql`true`,
      ...(gatewayId === undefined ? [] : [sql`c.gateway_id = ${gatewayId}`]),
      ...(state === undefined
        ? []
        : [state === 'unknown' ? sql`not ${isKnown}` : sql`${isKnown} and c.state->>'kind' = ${state}`]),
      ...(fault === undefined ? [] : [sql`${isKnown} and c.state->>'fault' = ${fault}`]),
      ...(finding === undefined
        ? []
        : [
            sql`${isKnown} and c.state->>'kind' = 'streaming'
              and c.picture->'findings' @> ${JSON.stringify([finding])}::jsonb`,
          ]),
      ...(areas === undefined ? [] : [sql`g.area_code = any(${areas}::text[])`]),
      ...(search === undefined || search === ''
        ? []
        : [sql`(c.name ilike ${text} or c.code like ${text} or c.address ilike ${text})`]),
    ];
    return sql<boolean>`${sql.join(
      parts.map((part) => sql`(${part})`),
      sql` and `,
    )}`;
  };

  return {
    list({ limit, after, ...filter }: CameraFilter & DeviceQuery): Promise<CameraView[]> {
      let rows = views().where(matches(filter));
      if (after !== undefined) rows = rows.where(key, '>', after);
      return rows.orderBy(key).limit(limit).execute();
    },

    /** How many there are in all, and how many of them stream. */
    async counts(filter: CameraFilter): Promise<{ total: number; online: number }> {
      const { rows } = await sql<{ total: number; online: number }>`
        select count(*) as total, count(*) filter (where g.state = 'online' and c.state->>'kind' = 'streaming') as online
        from cameras c join gateways g on g.id = c.gateway_id where ${matches(filter)}`.execute(db);
      return rows[0] ?? { total: 0, online: 0 };
    },

    find: (gatewayId: string, cameraId: string): Promise<CameraView | undefined> =>
      views().where('c.gatewayId', '=', gatewayId).where('c.cameraId', '=', cameraId).executeTakeFirst(),

    findMany: (keys: readonly string[]): Promise<CameraView[]> =>
      keys.length === 0 ? Promise.resolve([]) : views().where(key, 'in', keys).execute(),
  };
}
