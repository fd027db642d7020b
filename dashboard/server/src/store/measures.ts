import { sql } from 'kysely';
import type { Refusal } from '../reports/import-kinds.ts';
import type { MeasureReport, PopulationReport } from '../reports/import-rows.ts';
import { appendAudit } from './audit.ts';
import { type Db, lock } from './database.ts';
import type { Written } from './incidents.ts';
import type { ImportKind, ImportsTable } from './index-tables.ts';

type Audit = { at: Date; actor: string };
export type ImportRow = Omit<ImportsTable, 'refused'> & { refused: Refusal[] };

/** Measures that other systems bring, people per area, and the reports of imports. */
export function createMeasureStore(db: Db) {
  return {
    /** Adds or changes amounts by (area, measure, day), each at most once among `rows`. */
    writeMeasures: (rows: readonly MeasureReport[], audit: Audit): Promise<Written> =>
      db.transaction().execute(async (tx) => {
        await lock(tx, 'rollup');
        const { rows: written } = await sql<{ count: number }>`
          with r as (
            select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
              as r("areaCode" text, measure text, day date, amount double precision)
          ), written as (
            insert into measures as m (area_code, measure, day, amount) select "areaCode", measure, day, amount from r
            on conflict (area_code, measure, day) do update set amount = excluded.amount where m.amount <> excluded.amount
            returning m.day
          ), touched as (
            insert into touched_days (day) select distinct day from written on conflict do nothing
          )
          select count(*) as count from written`.execute(tx);
        const accepted = written[0]?.count ?? 0;
        await appendAudit(tx, {
          ...audit,
          action: 'measures.write',
          target: 'measures',
          detail: `${accepted}`,
        });
        return { accepted, unchanged: rows.length - accepted };
      }),

    /** Adds or changes the people of areas from a day on, each at most once among `rows`. */
    writePopulations: (rows: readonly PopulationReport[], audit: Audit): Promise<Written> =>
      db.transaction().execute(async (tx) => {
        const { rows: written } = await sql<{ count: number }>`
          with r as (
            select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
              as r("areaCode" text, "validFrom" date, people integer)
          ), written as (
            insert into populations as p (area_code, valid_from, people) select "areaCode", "validFrom", people from r
            on conflict (area_code, valid_from) do update set people = excluded.people where p.people <> excluded.people
            returning 1
          )
          select count(*) as count from written`.execute(tx);
        const accepted = written[0]?.count ?? 0;
        await appendAudit(tx, {
          ...audit,
          action: 'population.write',
          target: 'populations',
          detail: `${accepted}`,
        });
        return { accepted, unchanged: rows.length - accepted };
      }),

    /** People by area as known for a day: the newest number that is valid then, else the oldest there is. */
    async populations(day: string): Promise<Map<string, number>> {
      const { rows } = await sql<{ areaCode: string; people: number }>`
        select distinct on (area_code) area_code, people from populations
        order by area_code, valid_from <= ${day}::date desc, abs(valid_from - ${day}::date)`.execute(db);
      return new Map(rows.map(({ areaCode, people }) => [areaCode, people]));
    },

    async addImport(report: ImportRow): Promise<void> {
      await db
        .insertInto('imports')
        .values({ ...report, refused: JSON.stringify(report.refused) })
        .execute();
    },

    /** Newest first. */
    imports(query: { limit: number; after?: { at: Date; id: string } | undefined; kind?: ImportKind }) {
      const { after, limit } = query;
      let rows = db.selectFrom('imports').selectAll();
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('at', 'id'), '<', tuple(after.at, after.id)),
        );
      }
      return rows.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    },
  };
}
