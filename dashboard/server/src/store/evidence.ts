import { type Selectable, sql } from 'kysely';
import type { EvidencePorts } from '../evidence/ports.ts';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import type { Db, Tx } from './database.ts';
import type { EvidenceRequestsTable, EvidenceTable } from './evidence-tables.ts';

export type EvidenceRow = Selectable<EvidenceTable>;
export type EvidenceRequestRow = Selectable<EvidenceRequestsTable>;

async function announce(tx: Tx, evidenceId: string, at: Date): Promise<void> {
  const alarms = await tx
    .selectFrom('evidenceAlarms as e')
    .innerJoin('alarms as a', 'a.id', 'e.alarmId')
    .select('e.alarmId')
    .where('e.evidenceId', '=', evidenceId)
    .execute();
  await appendChanges(
    tx,
    alarms.map(({ alarmId }) => ({ kind: 'event' as const, key: alarmId })),
    at,
  );
}

/** Evidence of alarms: who proves it, what came, what was asked for. */
export function createEvidenceStore(db: Db) {
  return {
    /** Keeps a gateway's key; the first time it is seen is told in the audit trail. */
    noteKey: (gatewayId: string, publicKey: string, at: Date): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const added = await tx
          .insertInto('evidenceKeys')
          .values({ gatewayId, publicKey, seenAt: at })
          .onConflict((conflict) => conflict.columns(['gatewayId', 'publicKey']).doNothing())
          .returning('gatewayId')
          .executeTakeFirst();
        if (added === undefined) return;
        await appendAudit(tx, {
          at,
          actor: gatewayId,
          action: 'evidence.key',
          target: gatewayId,
          detail: publicKey,
        });
      }),

    async keysOf(gatewayId: string): Promise<string[]> {
      const rows = await db
        .selectFrom('evidenceKeys')
        .select('publicKey')
        .where('gatewayId', '=', gatewayId)
        .orderBy('seenAt', 'desc')
        .limit(16)
        .execute();
      return rows.map(({ publicKey }) => publicKey);
    },

    find: (id: string): Promise<EvidenceRow | undefined> =>
      db.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst(),

    /** The newest evidence of an alarm, sent by the gateway of that alarm; what can be watched comes first. */
    ofAlarm: (alarmId: string): Promise<EvidenceRow | undefined> =>
      db
        .selectFrom('evidence as e')
        .innerJoin('evidenceAlarms as l', 'l.evidenceId', 'e.id')
        .innerJoin('alarms as a', (join) =>
          join.onRef('a.id', '=', 'l.alarmId').onRef('a.gatewayId', '=', 'e.gatewayId'),
        )
        .selectAll('e')
        .where('l.alarmId', '=', alarmId)
        .orderBy(sql`e.state = 'stored'`, 'desc')
        .orderBy('e.openedAt', 'desc')
        .limit(1)
        .executeTakeFirst(),

    open: ((row) =>
      db.transaction().execute(async (tx) => {
        const { alarmIds, ...values } = row;
        await tx
          .insertInto('evidence')
          .values({ ...values, state: 'receiving', storedAt: null })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({ ...values, state: 'receiving', storedAt: null }),
          )
          .execute();
        await tx.deleteFrom('evidenceAlarms').where('evidenceId', '=', values.id).execute();
        await tx
          .insertInto('evidenceAlarms')
          .values(alarmIds.map((alarmId) => ({ alarmId, evidenceId: values.id })))
          .execute();
        await announce(tx, values.id, values.openedAt);
      })) satisfies EvidencePorts['open'],

    setToken: (id: string, tokenHash: Buffer): Promise<unknown> =>
      db.updateTable('evidence').set({ tokenHash }).where('id', '=', id).execute(),

    markStored: (id: string, at: Date): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('evidence')
          .set({ state: 'stored', storedAt: at })
          .where('id', '=', id)
          .returning(['gatewayId', 'bytes'])
          .executeTakeFirstOrThrow();
        const detail = `${row.bytes} bytes`;
        await appendAudit(tx, { at, actor: row.gatewayId, action: 'evidence.stored', target: id, detail });
        await announce(tx, id, at);
      }),

    markRemoved: (id: string, at: Date): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await tx.updateTable('evidence').set({ state: 'removed' }).where('id', '=', id).execute();
        await appendAudit(tx, {
          at,
          actor: 'system',
          action: 'evidence.removed',
          target: id,
          detail: 'quota',
        });
        await announce(tx, id, at);
      }),

    /** Evidence of a gateway that is here or coming, in the order in which it gives way: of closed alarms first, then the oldest. */
    async inSacrificeOrder(
      gatewayId: string,
    ): Promise<{ id: string; bytes: number; state: EvidenceRow['state'] }[]> {
      const { rows } = await sql<{ id: string; bytes: number; state: EvidenceRow['state'] }>`
        select e.id, e.bytes, e.state from evidence e
        where e.gateway_id = ${gatewayId} and e.state <> 'removed'
        order by exists (
          select 1 from evidence_alarms l join alarms a on a.id = l.alarm_id and a.gateway_id = e.gateway_id
          where l.evidence_id = e.id and a.state in ('new', 'acknowledged')
        ), e.opened_at, e.id`.execute(db);
      return rows;
    },

    /** What was being received and has not moved on since. */
    abandoned: (before: Date): Promise<EvidenceRow[]> =>
      db
        .selectFrom('evidence')
        .selectAll()
        .where('state', '=', 'receiving')
        .where('openedAt', '<', before)
        .limit(100)
        .execute(),

    request: (alarmId: string): Promise<EvidenceRequestRow | undefined> =>
      db.selectFrom('evidenceRequests').selectAll().where('alarmId', '=', alarmId).executeTakeFirst(),

    requestByTicket: (ticketHash: Buffer): Promise<EvidenceRequestRow | undefined> =>
      db.selectFrom('evidenceRequests').selectAll().where('ticketHash', '=', ticketHash).executeTakeFirst(),

    /** Notes who asked, in the audit trail too; a request before is replaced. */
    ask: (
      row: Pick<EvidenceRequestRow, 'alarmId' | 'gatewayId' | 'askedAt' | 'askedBy' | 'ticketHash'>,
    ): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const values = { ...row, evidenceId: null, commandId: null, refusal: null };
        await tx
          .insertInto('evidenceRequests')
          .values(values)
          .onConflict((conflict) => conflict.column('alarmId').doUpdateSet(values))
          .execute();
        const { askedAt: at, askedBy: actor, alarmId: target } = row;
        await appendAudit(tx, { at, actor, action: 'evidence.request', target, detail: row.gatewayId });
        await appendChanges(tx, [{ kind: 'event', key: target }], at);
      }),

    setCommand: (alarmId: string, commandId: string): Promise<unknown> =>
      db.updateTable('evidenceRequests').set({ commandId }).where('alarmId', '=', alarmId).execute(),

    spendTicket: (alarmId: string, evidenceId: string): Promise<unknown> =>
      db.updateTable('evidenceRequests').set({ evidenceId }).where('alarmId', '=', alarmId).execute(),

    /** A gateway refused a command; false when the command was no request for evidence. */
    refuse: (gatewayId: string, commandId: string, refusal: string, at: Date): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('evidenceRequests')
          .set({ refusal })
          .where('gatewayId', '=', gatewayId)
          .where('commandId', '=', commandId)
          .returning('alarmId')
          .executeTakeFirst();
        if (row !== undefined) await appendChanges(tx, [{ kind: 'event', key: row.alarmId }], at);
        return row !== undefined;
      }),

    /** Writes a viewing into the viewing log and the audit trail. */
    logViewing: (viewing: Viewing): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const { at, username, gatewayId, cameraId, alarmId, what } = viewing;
        const reason = 'alarm';
        await tx
          .insertInto('viewings')
          .values({ at, username, gatewayId, cameraId, reason, eventId: alarmId })
          .execute();
        await appendAudit(tx, {
          at,
          actor: username,
          action: 'evidence.view',
          target: alarmId,
          detail: what,
        });
      }),
  };
}

export type Viewing = {
  at: Date;
  username: string;
  gatewayId: string;
  cameraId: string;
  alarmId: string;
  /** Evidence and file. */
  what: string;
};
