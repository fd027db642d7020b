import { type Selectable, sql } from 'kysely';
import type { Db } from './database.ts';
import type { TrialAlarmsTable } from './rule-tables.ts';

export type TrialView = Selectable<TrialAlarmsTable> & {
  verdict: boolean | null;
};
/** What a rule on trial would have raised on a day. */
export type TrialDay = {
  ruleId: string;
  cameraId: string;
  /** YYYY-MM-DD of the site's time zone. */
  day: string;
  alarms: number;
  confirmed: number;
  refuted: number;
};
type TrialQuery = {
  gatewayId: string;
  ruleId?: string | undefined;
  limit: number;
  after?: { receivedAt: Date; id: string } | undefined;
};

/** What rules on trial would have raised. */
export function createTrialStore(db: Db, timeZone: string) {
  return {
    /** Last received first. */
    list({ gatewayId, ruleId, limit, after }: TrialQuery): Promise<TrialView[]> {
      let rows = db
        .selectFrom('trialAlarms')
        .leftJoin('verdicts', 'verdicts.alarmId', 'trialAlarms.id')
        .selectAll('trialAlarms')
        .select('verdicts.isTrue as verdict')
        .where('gatewayId', '=', gatewayId);
      if (ruleId !== undefined) rows = rows.where('ruleId', '=', ruleId);
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('trialAlarms.receivedAt', 'trialAlarms.id'), '<', tuple(after.receivedAt, after.id)),
        );
      }
      return rows
        .orderBy('trialAlarms.receivedAt', 'desc')
        .orderBy('trialAlarms.id', 'desc')
        .limit(limit)
        .execute();
    },

    /** Counts per rule, camera and day of receipt, oldest day first. */
    async days(gatewayId: string, since: Date): Promise<TrialDay[]> {
      const { rows } = await sql<TrialDay>`
        select t.rule_id, t.origin_id as camera_id, to_char(t.received_at at time zone ${timeZone}, 'YYYY-MM-DD') as day,
          count(*)::integer as alarms, count(*) filter (where v.is_true)::integer as confirmed,
          count(*) filter (where not v.is_true)::integer as refuted
        from trial_alarms t left join verdicts v on v.alarm_id = t.id
        where t.gateway_id = ${gatewayId} and t.received_at >= ${since} and t.rule_id is not null
        group by 1, 2, 3 order by 1, 2, 3`.execute(db);
      return rows;
    },

    snapshot: (alarmId: string) =>
      db
        .selectFrom('trialSnapshots')
        .select(['jpeg', 'sha256'])
        .where('alarmId', '=', alarmId)
        .executeTakeFirst(),

    /** Forgets those received before a time. Returns how many. */
    async prune(before: Date): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('trialAlarms')
        .where('receivedAt', '<', before)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
