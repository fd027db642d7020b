import { type Selectable, sql } from 'kysely';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import type { Db } from './database.ts';
import { devicesOf } from './gateways.ts';
import type { MaintenancesTable } from './tables.ts';

export type Maintenance = Selectable<MaintenancesTable>;
type Span = { gatewayId: string; cameraId: string; from: Date; to: Date };

const changedBy = (tx: Db, { gatewayId, cameraId }: Pick<Maintenance, 'gatewayId' | 'cameraId'>) =>
  cameraId === null
    ? devicesOf(tx, [gatewayId])
    : Promise.resolve([{ kind: 'camera' as const, key: `${gatewayId}:${cameraId}` }]);

/** Planned maintenance that people enter: of one camera, or of all cameras of a gateway. */
export function createMaintenanceStore(db: Db) {
  return {
    /** Adds it with its line in the audit trail. */
    add: (entry: Maintenance): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('maintenances').values(entry).execute();
        const { actor, createdAt: at, gatewayId, cameraId, startsAt, endsAt, reason } = entry;
        await appendAudit(tx, {
          at,
          actor,
          action: 'maintenance.add',
          target: cameraId === null ? gatewayId : `${gatewayId}:${cameraId}`,
          detail: `${startsAt.toISOString()} – ${endsAt.toISOString()} ${reason}`,
        });
        await appendChanges(tx, await changedBy(tx, entry), at);
      }),

    /** Ends it now, or takes it back when it has not begun. Returns what it was; undefined when there is none or it is over. */
    end: (id: string, { at, actor }: { at: Date; actor: string }): Promise<Maintenance | undefined> =>
      db.transaction().execute(async (tx) => {
        const found = await tx
          .selectFrom('maintenances')
          .selectAll()
          .where('id', '=', id)
          .where('endsAt', '>', at)
          .forUpdate()
          .executeTakeFirst();
        if (found === undefined) return undefined;
        const endsAt = found.startsAt > at ? found.startsAt : at;
        await tx.updateTable('maintenances').set({ endsAt }).where('id', '=', id).execute();
        await appendAudit(tx, { at, actor, action: 'maintenance.end', target: id, detail: found.reason });
        await appendChanges(tx, await changedBy(tx, found), at);
        return found;
      }),

    /** Those that concern a camera in the span, oldest first; what was taken back is not among them. */
    of: ({ gatewayId, cameraId, from, to }: Span, limit: number): Promise<Maintenance[]> =>
      db
        .selectFrom('maintenances')
        .selectAll()
        .where('gatewayId', '=', gatewayId)
        .where(({ eb, or }) => or([eb('cameraId', 'is', null), eb('cameraId', '=', cameraId)]))
        .where('endsAt', '>', from)
        .where('startsAt', '<', to)
        .where(sql<boolean>`ends_at > starts_at`)
        .orderBy('startsAt')
        .limit(limit)
        .execute(),
  };
}
