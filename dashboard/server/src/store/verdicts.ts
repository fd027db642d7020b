import type { VerdictReason } from '@pingan/models/contract';
import { sql } from 'kysely';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import type { Db } from './database.ts';

export type VerdictView = {
  isTrue: boolean;
  reason: string;
  note: string;
  actor: string;
  at: Date;
};
type NewVerdict = { alarmId: string; isTrue: boolean; reason: VerdictReason; note: string; actor: string };
/** Verdicts on a rule's alarms from one camera. */
export type VerdictSum = { ruleId: string; cameraId: string; confirmed: number; refuted: number };

/** What operators say of alarms, and what it sums up to. */
export function createVerdictStore(db: Db) {
  return {
    find: (alarmId: string): Promise<VerdictView | undefined> =>
      db
        .selectFrom('verdicts')
        .select(['isTrue', 'reason', 'note', 'actor', 'at'])
        .where('alarmId', '=', alarmId)
        .executeTakeFirst(),

    /** Stores it in place of an earlier one, with its line in the audit trail; false when there is no such alarm. */
    save: (verdict: NewVerdict, at: Date): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const { alarmId, isTrue, reason, note, actor } = verdict;
        const alarm = await tx
          .selectFrom('alarms')
          .select('id')
          .where('id', '=', alarmId)
          .forUpdate()
          .executeTakeFirst();
        const trial =
          alarm ??
          (await tx.selectFrom('trialAlarms').select('id').where('id', '=', alarmId).executeTakeFirst());
        if (trial === undefined) return false;
        const row = { isTrue, reason, note, actor, at };
        await tx
          .insertInto('verdicts')
          .values({ alarmId, ...row })
          .onConflict((conflict) => conflict.column('alarmId').doUpdateSet(row))
          .execute();
        const detail = [reason, note].filter(Boolean).join(': ');
        await appendAudit(tx, {
          at,
          actor,
          action: isTrue ? 'verdict.true' : 'verdict.false',
          target: alarmId,
          detail,
        });
        if (alarm !== undefined) await appendChanges(tx, [{ kind: 'event', key: alarmId }], at);
        return true;
      }),

    /** Sums per rule and camera of a gateway's alarms received since; an alarm without a verdict counts by its end. */
    async sums(gatewayId: string, since: Date): Promise<VerdictSum[]> {
      const { rows } = await sql<VerdictSum>`
        select rule_id, camera_id, count(*) filter (where verdict)::integer as confirmed,
          count(*) filter (where not verdict)::integer as refuted
        from (
          select a.detail->'rule'->>'id' as rule_id, a.origin_id as camera_id,
            coalesce(v.is_true, case a.state when 'closed' then true when 'false-alarm' then false end) as verdict
          from alarms a left join verdicts v on v.alarm_id = a.id
          where a.gateway_id = ${gatewayId} and a.origin_kind = 'camera' and a.received_at >= ${since}
            and a.detail->'rule'->>'id' is not null
        ) judged
        group by rule_id, camera_id having count(verdict) > 0 order by rule_id, camera_id`.execute(db);
      return rows;
    },
  };
}
