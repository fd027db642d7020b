import { type Selectable, sql } from 'kysely';
import { codeOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import type { Db } from './database.ts';
import type { GatewaysTable, SensorUsersTable } from './tables.ts';

export type GatewayView = Omit<
  Selectable<GatewaysTable>,
  'tokenHash' | 'commandSequence' | 'bootId' | 'createdAt'
> & {
  camerasTotal: number;
  camerasStreaming: number;
  sensorsTotal: number;
  sensorsAvailable: number;
  desiredVersion: number;
  reportedVersion: number;
};

export type NewGateway = {
  id: string;
  name: string;
  areaCode: string | null;
  tokenHash: Buffer;
  at: Date;
  actor: string;
};

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

function explain(error: unknown): unknown {
  if (codeOf(error) === UNIQUE_VIOLATION)
    return new Problem('already-exists', { field: 'body.id', cause: error });
  if (codeOf(error) === FOREIGN_KEY_VIOLATION) {
    return new Problem('invalid', {
      field: 'body.area',
      message: 'There is no area of this code.',
      cause: error,
    });
  }
  return error;
}

/** Gateways, their credentials' hashes and their command numbers. */
export function createGatewayStore(db: Db) {
  const views = () =>
    db
      .selectFrom('gateways as g')
      .leftJoin('configurations as c', 'c.gatewayId', 'g.id')
      .select([
        'g.id',
        'g.name',
        'g.areaCode',
        'g.state',
        'g.stateSince',
        'g.software',
        'g.outboxPending',
        'g.lastSeenAt',
      ])
      .select([
        sql<number>`coalesce(c.desired_version, 0)`.as('desiredVersion'),
        sql<number>`coalesce(c.reported_version, 0)`.as('reportedVersion'),
        sql<number>`(select count(*) from cameras k where k.gateway_id = g.id)`.as('camerasTotal'),
        sql<number>`(select count(*) from cameras k where k.gateway_id = g.id and k.state->>'kind' = 'streaming')`.as(
          'camerasStreaming',
        ),
        sql<number>`(select count(*) from sensors s where s.gateway_id = g.id)`.as('sensorsTotal'),
        sql<number>`(select count(*) from sensors s where s.gateway_id = g.id and s.available)`.as(
          'sensorsAvailable',
        ),
      ]);

  return {
    list({ limit, after }: { limit: number; after?: string | undefined }): Promise<GatewayView[]> {
      const key = sql<string>`g.id collate "C"`;
      let rows = views();
      if (after !== undefined) rows = rows.where(key, '>', after);
      return rows.orderBy(key).limit(limit).execute();
    },

    findMany: (ids: readonly string[]): Promise<GatewayView[]> =>
      ids.length === 0 ? Promise.resolve([]) : views().where('g.id', 'in', ids).execute(),

    /** Throws the problems `already-exists` and `invalid` (unknown area). */
    async add({ actor, at, ...gateway }: NewGateway): Promise<void> {
      try {
        await db.transaction().execute(async (tx) => {
          await tx
            .insertInto('gateways')
            .values({ ...gateway, createdAt: at })
            .execute();
          await tx
            .insertInto('configurations')
            .columns(['gatewayId'])
            .expression(sql`select ${gateway.id}`)
            .execute();
          await appendAudit(tx, {
            at,
            actor,
            action: 'gateway.add',
            target: gateway.id,
            detail: gateway.name,
          });
          await appendChanges(tx, [{ kind: 'gateway', key: gateway.id }], at);
        });
      } catch (error) {
        throw explain(error);
      }
    },

    /** A new token for a gateway that exists; the old one is void at once. Returns false when there is no such gateway. */
    async replaceToken(id: string, tokenHash: Buffer, audit: { at: Date; actor: string }): Promise<boolean> {
      return db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('gateways')
          .set({ tokenHash })
          .where('id', '=', id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await appendAudit(tx, { ...audit, action: 'gateway.token', target: id, detail: '' });
        return true;
      });
    },

    async tokenHash(id: string): Promise<Buffer | undefined> {
      const row = await db.selectFrom('gateways').select('tokenHash').where('id', '=', id).executeTakeFirst();
      return row?.tokenHash;
    },

    /** Throws the problem `already-exists`, or `invalid` for an unknown gateway. */
    async addSensorUser(user: SensorUsersTable, actor: string): Promise<void> {
      try {
        await db.transaction().execute(async (tx) => {
          await tx.insertInto('sensorUsers').values(user).execute();
          const { name, gatewayId, createdAt: at } = user;
          await appendAudit(tx, { at, actor, action: 'sensor-user.add', target: name, detail: gatewayId });
        });
      } catch (error) {
        throw explain(error);
      }
    },

    sensorUser: (name: string): Promise<SensorUsersTable | undefined> =>
      db.selectFrom('sensorUsers').selectAll().where('name', '=', name).executeTakeFirst(),

    /** The next number of a command to this gateway; it never comes back, even after a crash. */
    async nextCommandSequence(id: string): Promise<number | undefined> {
      const row = await db
        .updateTable('gateways')
        .set({ commandSequence: sql<number>`command_sequence + 1` })
        .where('id', '=', id)
        .returning('commandSequence')
        .executeTakeFirst();
      return row?.commandSequence;
    },

    /** Marks those offline that say online but have no session (after a restart of the broker). Returns their ids. */
    markOffline(ids: { except: readonly string[] }, at: Date): Promise<string[]> {
      return db.transaction().execute(async (tx) => {
        let update = tx
          .updateTable('gateways')
          .set({ state: 'offline', stateSince: at })
          .where('state', '=', 'online');
        if (ids.except.length > 0) update = update.where('id', 'not in', ids.except);
        const gone = (await update.returning('id').execute()).map(({ id }) => id);
        await appendChanges(tx, await devicesOf(tx, gone), at);
        return gone;
      });
    },
  };
}

/** A gateway, its cameras and its sensors: all of them change when it comes or goes. */
export async function devicesOf(tx: Db, gatewayIds: readonly string[]) {
  if (gatewayIds.length === 0) return [];
  const { rows } = await sql<{ kind: 'gateway' | 'camera' | 'sensor'; key: string }>`
    select 'gateway' as kind, id as key from gateways where id = any(${gatewayIds})
    union all select 'camera', gateway_id || ':' || camera_id from cameras where gateway_id = any(${gatewayIds})
    union all select 'sensor', gateway_id || ':' || sensor_id from sensors where gateway_id = any(${gatewayIds})
  `.execute(tx);
  return rows;
}
