import { sql } from 'kysely';
import { appendAudit } from './audit.ts';
import { type Db, lock, type Tx } from './database.ts';
import type { IncidentSource, IncidentsTable } from './index-tables.ts';

export type IncidentRow = IncidentsTable;
export type IncidentQuery = {
  limit: number;
  after?: { at: Date; id: string } | undefined;
  area?: string | undefined;
  category?: string | undefined;
  source?: IncidentSource | undefined;
};
export type Written = { accepted: number; unchanged: number };
type Audit = { at: Date; actor: string };

const CHUNK = 2000;

/** Writes what is new or has changed, and marks the days that must be made anew, before and after the change. */
async function writeChunk(tx: Tx, rows: readonly IncidentRow[], timeZone: string): Promise<number> {
  const { rows: written } = await sql<{ count: number }>`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, source text, "externalId" text,
        "areaCode" text, category text, "occurredAt" timestamptz, "reportedAt" timestamptz, "escalatedAt" timestamptz,
        "dueAt" timestamptz, "closedAt" timestamptz, reworked boolean, deaths integer)
    ), old as (
      select i.* from incidents i join r on r.source = i.source and r."externalId" = i.external_id
    ), written as (
      insert into incidents as i (id, source, external_id, area_code, category, occurred_at, reported_at, escalated_at, due_at,
        closed_at, reworked, deaths)
      select id, source, "externalId", "areaCode", category, "occurredAt", "reportedAt", "escalatedAt", "dueAt", "closedAt",
        reworked, deaths from r
      on conflict (source, external_id) do update set area_code = excluded.area_code, category = excluded.category,
        occurred_at = excluded.occurred_at, reported_at = excluded.reported_at, escalated_at = excluded.escalated_at,
        due_at = excluded.due_at, closed_at = excluded.closed_at, reworked = excluded.reworked, deaths = excluded.deaths
      where row(i.area_code, i.category, i.occurred_at, i.reported_at, i.escalated_at, i.due_at, i.closed_at, i.reworked, i.deaths)
        is distinct from row(excluded.area_code, excluded.category, excluded.occurred_at, excluded.reported_at,
        excluded.escalated_at, excluded.due_at, excluded.closed_at, excluded.reworked, excluded.deaths)
      returning i.*
    ), moments as (
      select unnest(array[occurred_at, reported_at, due_at, closed_at]) as at from written
      union select unnest(array[o.occurred_at, o.reported_at, o.due_at, o.closed_at]) from old o join written using (id)
    ), touched as (
      insert into touched_days (day) select distinct (at at time zone ${timeZone})::date from moments where at is not null
      on conflict do nothing
    ), spans as (
      insert into report_spans as s (source, first_day, last_day)
      select source, (min(occurred_at) at time zone ${timeZone})::date,
        (max(greatest(occurred_at, reported_at)) at time zone ${timeZone})::date from written group by source
      on conflict (source) do update set first_day = least(s.first_day, excluded.first_day),
        last_day = greatest(s.last_day, excluded.last_day)
    )
    select count(*) as count from written`.execute(tx);
  return written[0]?.count ?? 0;
}

/** Reported incidents. */
export function createIncidentStore(db: Db, timeZone: string) {
  return {
    /** Adds or changes reports by (source, externalId), each at most once among `rows`, in one transaction. */
    write: (rows: readonly IncidentRow[], audit: Audit & { detail: string }): Promise<Written> =>
      db.transaction().execute(async (tx) => {
        await lock(tx, 'rollup');
        let accepted = 0;
        for (let i = 0; i < rows.length; i += CHUNK) {
          accepted += await writeChunk(tx, rows.slice(i, i + CHUNK), timeZone);
        }
        await appendAudit(tx, { ...audit, action: 'incidents.write', target: 'incidents' });
        return { accepted, unchanged: rows.length - accepted };
      }),

    /** Last occurred first. */
    list({ limit, after, area, category, source }: IncidentQuery): Promise<IncidentRow[]> {
      let rows = db.selectFrom('incidents').selectAll();
      if (category !== undefined) rows = rows.where('category', '=', category);
      if (source !== undefined) rows = rows.where('source', '=', source);
      if (area !== undefined) {
        rows = rows.where(
          sql<boolean>`area_code in (with recursive below as (
            select code from areas where code = ${area}
            union all select a.code from areas a join below b on a.parent = b.code
          ) select code from below)`,
        );
      }
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('occurredAt', 'id'), '<', tuple(after.at, after.id)),
        );
      }
      return rows.orderBy('occurredAt', 'desc').orderBy('id', 'desc').limit(limit).execute();
    },
  };
}
