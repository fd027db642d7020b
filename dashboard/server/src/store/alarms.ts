import type { EventType } from '@pingan/models/contract';
import { type Selectable, sql } from 'kysely';
import type { DisposalPorts, DisposalState } from '../workflow/disposal.ts';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import type { Db } from './database.ts';
import type { AlarmsTable, StepsTable } from './tables.ts';

export type AlarmView = Selectable<AlarmsTable>;
export type StepView = Pick<Selectable<StepsTable>, 'at' | 'action' | 'actor' | 'note'>;

export type AlarmQuery = {
  limit: number;
  after?: { receivedAt: Date; id: string } | undefined;
  state?: DisposalState | undefined;
  type?: EventType | undefined;
  severity?: number | undefined;
  gatewayId?: string | undefined;
  /** `<gatewayId>:<cameraId>` */
  cameraId?: string | undefined;
  /** Not before this time of receipt, RFC 3339. */
  since?: string | undefined;
};

/** Alarms: one row each, with their pictures and what was done about them. */
export function createAlarmStore(db: Db, timeZone: string) {
  return {
    /** Last received first. */
    list(query: AlarmQuery): Promise<AlarmView[]> {
      const { after, cameraId } = query;
      let rows = db.selectFrom('alarms').selectAll();
      if (query.state !== undefined) rows = rows.where('state', '=', query.state);
      if (query.type !== undefined) rows = rows.where('type', '=', query.type);
      if (query.severity !== undefined) rows = rows.where('severity', '=', query.severity);
      if (query.gatewayId !== undefined) rows = rows.where('gatewayId', '=', query.gatewayId);
      if (query.since !== undefined) rows = rows.where('receivedAt', '>=', new Date(query.since));
      if (cameraId !== undefined) {
        const colon = cameraId.indexOf(':');
        rows = rows
          .where('gatewayId', '=', cameraId.slice(0, Math.max(0, colon)))
          .where('originId', '=', cameraId.slice(colon + 1))
          .where('originKind', '=', 'camera');
      }
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('receivedAt', 'id'), '<', tuple(after.receivedAt, after.id)),
        );
      }
      return rows.orderBy('receivedAt', 'desc').orderBy('id', 'desc').limit(query.limit).execute();
    },

    find: (id: string): Promise<AlarmView | undefined> =>
      db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst(),

    findMany: (ids: readonly string[]): Promise<AlarmView[]> =>
      ids.length === 0
        ? Promise.resolve([])
        : db.selectFrom('alarms').selectAll().where('id', 'in', ids).execute(),

    snapshot: (alarmId: string) =>
      db.selectFrom('snapshots').select(['jpeg', 'sha256']).where('alarmId', '=', alarmId).executeTakeFirst(),

    steps: (alarmId: string): Promise<StepView[]> =>
      db
        .selectFrom('steps')
        .select(['at', 'action', 'actor', 'note'])
        .where('alarmId', '=', alarmId)
        .orderBy('id')
        .execute(),

    /** The port `transition` of the disposal workflow: lock, decide, store state, step, audit and change together. */
    transition: ((request) =>
      db.transaction().execute(async (tx) => {
        const { alarmId, action, actor, note, at } = request;
        const found = await tx
          .selectFrom('alarms')
          .select(['state', 'receivedAt'])
          .where('id', '=', alarmId)
          .forUpdate()
          .executeTakeFirst();
        if (found === undefined) return undefined;
        const state = request.decide(found.state);
        if (state === null) return found.state;
        await tx.updateTable('alarms').set({ state, updatedAt: at }).where('id', '=', alarmId).execute();
        await sql`insert into touched_days (day) values ((${found.receivedAt}::timestamptz at time zone ${timeZone})::date)
          on conflict do nothing`.execute(tx);
        await tx.insertInto('steps').values({ alarmId, at, action, actor, note }).execute();
        await appendAudit(tx, { at, actor, action: `event.${action}`, target: alarmId, detail: note });
        await appendChanges(tx, [{ kind: 'event', key: alarmId }], at);
        return found.state;
      })) satisfies DisposalPorts['transition'],
  };
}
