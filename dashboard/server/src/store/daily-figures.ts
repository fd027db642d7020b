import { sql } from 'kysely';
import type { IncidentRule } from '../reports/incident-categories.ts';
import { type Db, lock, type Tx } from './database.ts';
import type { DailyFiguresTable } from './index-tables.ts';

export type RollUpOptions = {
  timeZone: string;
  now: Date;
  /** What each category of incidents counts into. */
  rules: readonly IncidentRule[];
  /** A confirmed alarm closed within so many hours was handled in time. */
  alarmDueHours: number;
  /** Major information must reach the leaders within so many hours. */
  escalationHours: number;
};

export type SummedFigure = Pick<DailyFiguresTable, 'areaCode' | 'measure' | 'origin' | 'amount' | 'coverage'>;

/** Days per statement, so that a long history never meets the statement's time limit. */
const DAYS_AT_ONCE = 31;

/** Reported incidents and confirmed alarms of the days; alarms that nobody confirmed leave no trace here. */
async function rollEvents(tx: Tx, days: readonly string[], options: RollUpOptions): Promise<void> {
  const { timeZone, rules, alarmDueHours, escalationHours } = options;
  const local = (column: string) => sql`(${sql.ref(column)} at time zone ${timeZone})::date`;
  await sql`delete from daily_figures where origin = 'events' and day = any(${days}::date[])`.execute(tx);
  await sql`
    with rules as (
      select * from jsonb_to_recordset(${JSON.stringify(rules)}::jsonb)
        as r(category text, counts text[], deaths boolean, major boolean, due text, settled text, "inTime" boolean)
    ), bounds as (
      select (min(d)::timestamp at time zone ${timeZone}) as a, ((max(d) + 1)::timestamp at time zone ${timeZone}) as b
      from unnest(${days}::date[]) d
    ), confirmed as (
      select ${local('al.received_at')} as day, al.area_code, al.type, al.received_at,
        (select min(s.at) from steps s where s.alarm_id = al.id and s.action = 'close') as closed_at
      from alarms al, bounds where al.received_at >= a and al.received_at < b and al.state = 'closed' and al.area_code is not null
    ), facts as (
      select ${local('i.occurred_at')} as day, i.area_code, unnest(r.counts) as measure, 1::double precision as amount
      from incidents i join rules r using (category), bounds where i.occurred_at >= a and i.occurred_at < b
      union all select ${local('i.occurred_at')}, i.area_code, 'deaths', i.deaths
      from incidents i join rules r using (category), bounds
      where i.occurred_at >= a and i.occurred_at < b and r.deaths and i.deaths > 0
      union all select ${local('i.due_at')}, i.area_code, m.measure, m.amount
      from incidents i join rules r using (category), bounds, lateral (values
        ('incidents-due', 1), ('incidents-on-time', (i.closed_at <= i.due_at)::integer), (r.due, 1),
        (r.settled, (case when r."inTime" then i.closed_at <= i.due_at else i.closed_at is not null end)::integer)
      ) m(measure, amount)
      where i.due_at >= a and i.due_at < b and m.measure is not null
      union all select ${local('i.reported_at')}, i.area_code, m.measure, m.amount
      from incidents i join rules r using (category), bounds, lateral (values
        ('escalations-due', 1),
        ('escalated-in-time', (i.escalated_at <= i.reported_at + make_interval(hours => ${escalationHours}))::integer)
      ) m(measure, amount)
      where i.reported_at >= a and i.reported_at < b and (r.major or i.deaths > 0)
      union all select ${local('i.closed_at')}, i.area_code, m.measure, m.amount
      from incidents i, bounds, lateral (values ('incidents-closed', 1), ('incidents-reworked', i.reworked::integer))
        m(measure, amount)
      where i.closed_at >= a and i.closed_at < b
      union all select c.day, c.area_code, m.measure, m.amount
      from confirmed c, lateral (values (c.type || '-confirmed', 1), ('incidents-due', 1),
        ('incidents-on-time', (c.closed_at <= c.received_at + make_interval(hours => ${alarmDueHours}))::integer)
      ) m(measure, amount)
    )
    insert into daily_figures (day, area_code, measure, origin, amount, coverage)
    select day, area_code, measure, 'events', sum(coalesce(amount, 0)), 1 from facts
    where day = any(${days}::date[]) group by day, area_code, measure`.execute(tx);
}

async function rollMeasures(tx: Tx, days: readonly string[]): Promise<void> {
  await sql`delete from daily_figures where origin = 'measures' and day = any(${days}::date[])`.execute(tx);
  await sql`insert into daily_figures (day, area_code, measure, origin, amount, coverage)
    select day, area_code, measure, 'measures', amount, 1 from measures where day = any(${days}::date[])
    on conflict do nothing`.execute(tx);
}

/**
 * What cameras were on one day: registered, connected, online, with a good picture. Coverage is the share of the day's time
 * so far, over all cameras of the area, that was observed (for pictures: observed and judged).
 */
async function rollDevices(tx: Tx, day: string, { timeZone, now }: RollUpOptions): Promise<void> {
  await sql`delete from daily_figures where origin = 'devices' and day = ${day}::date`.execute(tx);
  await sql`
    with bounds as (
      select (${day}::date::timestamp at time zone ${timeZone}) as a,
        least(((${day}::date + 1)::timestamp at time zone ${timeZone}), ${now}::timestamptz) as b
    ), seconds as (
      select c.gateway_id, c.camera_id, g.area_code,
        coalesce(sum(s.s) filter (where i.kind = 'good'), 0) as good,
        coalesce(sum(s.s) filter (where i.kind = 'poor'), 0) as poor,
        coalesce(sum(s.s) filter (where i.kind = 'streaming'), 0) as plain,
        coalesce(sum(s.s), 0) as covered
      from cameras c join gateways g on g.id = c.gateway_id cross join bounds
      left join intervals i on i.gateway_id = c.gateway_id and i.camera_id = c.camera_id and i.ends_at > a and i.starts_at < b
      left join lateral (
        select extract(epoch from least(i.ends_at, b) - greatest(i.starts_at, a))::double precision as s
      ) s on true
      where g.area_code is not null and c.state->>'kind' <> 'stopped'
      group by c.gateway_id, c.camera_id, g.area_code
    ), per_area as (
      select area_code, count(*)::double precision as cameras, count(*) filter (where good + poor + plain > 0) as connected,
        sum(good) as good, sum(good + poor) as judged, sum(good + poor + plain) as online, sum(covered) as covered,
        count(*) * greatest(1, extract(epoch from (select b - a from bounds)))::double precision as expected
      from seconds group by area_code
    )
    insert into daily_figures (day, area_code, measure, origin, amount, coverage)
    select ${day}::date, area_code, measure, 'devices', amount, greatest(0, least(1, coverage))
    from per_area, lateral (values
      ('cameras-registered', cameras, 1), ('cameras-connected', connected, 1),
      ('seconds-covered', covered, covered / expected), ('seconds-online', online, covered / expected),
      ('cameras-online', judged / 86400, covered / expected * judged / greatest(online, 1)),
      ('cameras-good', good / 86400, covered / expected * judged / greatest(online, 1)),
      ('camera-hours', good / 3600, good / expected)
    ) m(measure, amount, coverage)`.execute(tx);
}

/** Daily figures per area: all that the index reads. */
export function createFigureStore(db: Db) {
  return {
    /**
     * Makes anew the days that were touched since the last time, and `current` days with their cameras. Doing it twice
     * changes nothing. Returns the days.
     */
    bringUpToDate: (current: readonly string[], options: RollUpOptions): Promise<string[]> =>
      db.transaction().execute(async (tx) => {
        await lock(tx, 'rollup');
        const { rows } = await sql<{ day: string }>`delete from touched_days returning day`.execute(tx);
        const days = [...new Set([...rows.map(({ day }) => day), ...current])].sort();
        for (let i = 0; i < days.length; i += DAYS_AT_ONCE) {
          const some = days.slice(i, i + DAYS_AT_ONCE);
          await rollEvents(tx, some, options);
          await rollMeasures(tx, some);
        }
        for (const day of current) await rollDevices(tx, day, options);
        return days;
      }),

    /** Sums over the days `from` to `to`; coverage is summed too. */
    async sums(from: string, to: string): Promise<SummedFigure[]> {
      const { rows } = await sql<SummedFigure>`
        select area_code, measure, origin, sum(amount) as amount, sum(coverage) as coverage from daily_figures
        where day >= ${from}::date and day <= ${to}::date
        group by area_code, measure, origin order by area_code, measure`.execute(db);
      return rows;
    },

    hasDays: async (from: string, to: string): Promise<boolean> =>
      (await db
        .selectFrom('dailyFigures')
        .select('day')
        .where('day', '>=', from)
        .where('day', '<=', to)
        .limit(1)
        .executeTakeFirst()) !== undefined,

    /** Days that the sources of reports have told of, first and last. */
    reportSpans: () => db.selectFrom('reportSpans').select(['firstDay', 'lastDay']).execute(),
  };
}
