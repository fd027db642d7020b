import { sql } from 'kysely';
import type { HealthSums } from '../health/figures.ts';
import { SLOT_SECONDS } from './camera-observations.ts';
import type { Db } from './database.ts';

export type FigureQuery = {
  /** Days, both counted; days and hours that have not come yet are not. */
  from: string;
  to: string;
  now: Date;
  /** A camera-day counts for 在线率 when this share of it was observed. */
  minimumCoverage: number;
  /** A sample is accurate within so many ms, a camera with so many samples has data, and is accurate from this share on. */
  clock: { toleranceMs: number; minimumSamples: number; accurateShare: number };
  gatewayId?: string | undefined;
  cameraId?: string | undefined;
  /** Codes of the areas that gateways stand in. */
  areas?: readonly string[] | undefined;
};

export type GatewaySums = HealthSums & { gatewayId: string; areaCode: string | null };

/** The sums behind the operations figures, one row per gateway that has cameras. Planned maintenance is cut out first. */
export function createCameraFigureStore(db: Db, timeZone: string) {
  return {
    async sums(query: FigureQuery): Promise<GatewaySums[]> {
      const { from, to, now, minimumCoverage, clock } = query;
      const areas = query.areas ?? null;
      const { rows } = await sql<GatewaySums>`
        with days as (
          select d::date as day, d::timestamp at time zone ${timeZone} as a,
            least((d::timestamp + interval '1 day') at time zone ${timeZone}, ${now}::timestamptz) as b
          from generate_series(${from}::date::timestamp, ${to}::date::timestamp, interval '1 day') d
          where d::timestamp at time zone ${timeZone} < ${now}::timestamptz
        ), span as (select min(a) as a, max(b) as b from days),
        chosen as (
          select c.gateway_id, c.camera_id, g.area_code, c.first_seen_at
          from cameras c join gateways g on g.id = c.gateway_id
          where c.state->>'kind' <> 'stopped' and (${query.gatewayId ?? null}::text is null or c.gateway_id = ${query.gatewayId ?? null})
            and (${query.cameraId ?? null}::text is null or c.camera_id = ${query.cameraId ?? null})
            and (${areas}::text[] is null or g.area_code = any(${areas}::text[]))
        ), planned as (
          select c.gateway_id, c.camera_id, range_agg(tstzrange(m.starts_at, m.ends_at)) as spans
          from chosen c join maintenances m on m.gateway_id = c.gateway_id and (m.camera_id is null or m.camera_id = c.camera_id)
          group by 1, 2
        ), frame as (
          select c.gateway_id, c.camera_id, d.day, d.a, d.b,
            tstzmultirange(tstzrange(greatest(d.a, c.first_seen_at), d.b)) - coalesce(p.spans, '{}') as expected
          from chosen c join days d on d.b > c.first_seen_at left join planned p using (gateway_id, camera_id)
        ), recent as (
          select i.gateway_id, i.camera_id, i.kind, i.starts_at, i.ends_at
          from intervals i join chosen using (gateway_id, camera_id), span
          where i.ends_at > span.a and i.starts_at < span.b and i.ends_at > i.starts_at
        ), pieces as (
          select f.gateway_id, f.camera_id, f.day, i.kind,
            span_seconds(f.expected * tstzmultirange(tstzrange(i.starts_at, i.ends_at))) as s
          from frame f join recent i on i.gateway_id = f.gateway_id and i.camera_id = f.camera_id
            and i.ends_at > f.a and i.starts_at < f.b
        ), camera_days as (
          select f.gateway_id, f.camera_id, span_seconds(f.expected) as expected,
            coalesce(sum(p.s), 0) as observed, coalesce(sum(p.s) filter (where p.kind <> 'down'), 0) as online,
            coalesce(sum(p.s) filter (where p.kind = 'good'), 0) as good,
            coalesce(sum(p.s) filter (where p.kind = 'poor'), 0) as poor
          from frame f left join pieces p using (gateway_id, camera_id, day)
          group by f.gateway_id, f.camera_id, f.day, f.expected
        ), of_days as (
          select gateway_id, camera_id, sum(expected) as expected, sum(observed) as observed, sum(online) as online,
            sum(good) as good, sum(poor) as poor,
            coalesce(sum(expected) filter (where counts), 0) as counted_expected,
            coalesce(sum(expected * online / nullif(observed, 0)) filter (where counts), 0) as counted_online
          from (select *, observed > 0 and observed >= expected * ${minimumCoverage}::double precision as counts from camera_days) d
          group by 1, 2
        ), of_slots as (
          select s.gateway_id, s.camera_id, count(*) as attempts, count(*) filter (where s.streaming > 0) as successes,
            count(s.clock_offset_ms) as samples,
            count(*) filter (where abs(s.clock_offset_ms) <= ${clock.toleranceMs}::double precision) as accurate
          from camera_samples s join chosen using (gateway_id, camera_id) left join planned p using (gateway_id, camera_id), span
          where s.at >= span.a and s.at < span.b
            and not coalesce(p.spans && tstzrange(s.at, s.at + make_interval(secs => ${SLOT_SECONDS})), false)
          group by 1, 2
        )
        select c.gateway_id, c.area_code, count(*) as cameras,
          coalesce(sum(d.expected), 0) as expected, coalesce(sum(d.observed), 0) as observed,
          coalesce(sum(d.counted_expected), 0) as counted_expected, coalesce(sum(d.counted_online), 0) as counted_online,
          coalesce(sum(d.online), 0) as online, coalesce(sum(d.good), 0) as good, coalesce(sum(d.poor), 0) as poor,
          coalesce(sum(s.attempts), 0)::double precision as attempts, coalesce(sum(s.successes), 0)::double precision as successes,
          count(*) filter (where s.samples >= ${clock.minimumSamples}) as clock_devices,
          count(*) filter (where s.samples >= ${clock.minimumSamples}
            and s.accurate >= s.samples * ${clock.accurateShare}::double precision) as clock_accurate
        from chosen c left join of_days d using (gateway_id, camera_id) left join of_slots s using (gateway_id, camera_id)
        group by 1, 2 order by c.gateway_id collate "C"`.execute(db);
      return rows;
    },
  };
}
