import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { IntervalKind } from './tables.ts';

export type HistoryQuery = { gatewayId: string; cameraId: string; from: Date; to: Date };
export type HistoryInterval = {
  kind: IntervalKind;
  fault: string | null;
  findings: string[];
  startsAt: Date;
  endsAt: Date;
};
export type HistorySample = {
  at: Date;
  /** Means over the reports that had packets; null where none had. */
  fps: number | null;
  bitrateKbps: number | null;
  lossRatio: number | null;
  jitterMs: number | null;
  /** The offset farthest from zero. */
  clockOffsetMs: number | null;
  /** Share of the reports in which it streamed, 0..1. */
  streaming: number;
};

/** What one camera was, from the centre's books. */
export function createCameraHistoryStore(db: Db) {
  return {
    /** The newest `limit` intervals that touch the span, oldest first. */
    async intervals(
      { gatewayId, cameraId, from, to }: HistoryQuery,
      limit: number,
    ): Promise<HistoryInterval[]> {
      const rows = await db
        .selectFrom('intervals')
        .select(['kind', 'fault', 'findings', 'startsAt', 'endsAt'])
        .where('gatewayId', '=', gatewayId)
        .where('cameraId', '=', cameraId)
        .where('endsAt', '>', from)
        .where('startsAt', '<', to)
        .orderBy('startsAt', 'desc')
        .limit(limit)
        .execute();
      return rows.reverse();
    },

    /** Samples gathered into steps of `stepSeconds`, oldest first. */
    async samples(
      { gatewayId, cameraId, from, to }: HistoryQuery,
      stepSeconds: number,
    ): Promise<HistorySample[]> {
      const mean = (column: string) => sql`sum(${sql.ref(column)}) / nullif(sum(packets), 0)`;
      const { rows } = await sql<HistorySample>`
        select date_bin(make_interval(secs => ${stepSeconds}), at, 'epoch') as at,
          ${mean('fps')} as fps, ${mean('bitrate_kbps')} as bitrate_kbps, ${mean('loss_ratio')} as loss_ratio,
          ${mean('jitter_ms')} as jitter_ms,
          (array_agg(clock_offset_ms order by abs(clock_offset_ms) desc nulls last))[1] as clock_offset_ms,
          sum(streaming)::double precision / sum(reports) as streaming
        from camera_samples
        where gateway_id = ${gatewayId} and camera_id = ${cameraId} and at >= ${from} and at < ${to}
        group by 1 order by 1`.execute(db);
      return rows;
    },

    /** Forgets samples before `before`. Returns how many. */
    async prune(before: Date): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('cameraSamples')
        .where('at', '<', before)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
