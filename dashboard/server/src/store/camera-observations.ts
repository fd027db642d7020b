import type { HealthReport } from '@pingan/models/contract';
import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { IntervalKind } from './tables.ts';

/** A camera not heard of for longer is not observed: the time between does not count. */
const GAP_MS = 30_000;
/** Samples are gathered in slots of this length; a slot is one attempt of 连通率 and at most one sample of 时钟准确率. */
export const SLOT_SECONDS = 300;

type Camera = HealthReport['cameras'][number];

/** A report of one gateway, as it came in at the centre. */
export type Observation = { gatewayId: string; cameras: readonly Camera[]; at: Date };

function intervalKind({ state, picture }: Camera): IntervalKind | null {
  if (state.kind === 'stopped') return null;
  if (state.kind !== 'streaming') return 'down';
  if (picture === undefined) return 'streaming';
  return picture.good ? 'good' : 'poor';
}

function seenOf(camera: Camera) {
  const kind = intervalKind(camera);
  if (kind === null) return [];
  const { state, picture } = camera;
  return [
    {
      id: camera.cameraId,
      kind,
      fault: state.kind === 'failed' ? state.fault : null,
      findings: state.kind === 'streaming' ? [...(picture?.findings ?? [])].sort() : [],
    },
  ];
}

/**
 * Extends what each camera was observed to be, on the centre's clock. The time since the last report belongs to the state that
 * report gave; after a gap nothing is claimed about the time between.
 */
async function extendIntervals(tx: Tx, { gatewayId, cameras, at }: Observation): Promise<void> {
  const seen = cameras.flatMap(seenOf);
  if (seen.length === 0) return;
  const oldest = new Date(at.getTime() - GAP_MS);
  await sql`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as r(id text, kind text, fault text, findings text[])
    ),
    last as (
      select distinct on (i.camera_id) i.camera_id, i.starts_at, i.kind, i.fault, i.findings
      from intervals i join r on r.id = i.camera_id
      where i.gateway_id = ${gatewayId} and i.ends_at >= ${oldest}
      order by i.camera_id, i.starts_at desc
    ), extended as (
      update intervals i set ends_at = greatest(i.ends_at, ${at}::timestamptz) from last l
      where i.gateway_id = ${gatewayId} and i.camera_id = l.camera_id and i.starts_at = l.starts_at
    )
    insert into intervals (gateway_id, camera_id, kind, fault, findings, starts_at, ends_at)
    select distinct on (r.id) ${gatewayId}, r.id, r.kind, r.fault, r.findings, ${at}::timestamptz, ${at}::timestamptz
    from r left join last l on l.camera_id = r.id
    where l.camera_id is null or (l.kind, l.fault, l.findings) is distinct from (r.kind, r.fault, r.findings)
    on conflict do nothing`.execute(tx);
}

function sampleOf({ cameraId, state, packets }: Camera) {
  if (state.kind === 'stopped') return [];
  const streaming = state.kind === 'streaming';
  const { fps = 0, bitrateKbps = 0, lossRatio = 0, jitterMs = 0 } = (streaming && packets) || {};
  const clock = packets?.clockOffsetMs ?? null;
  const hasPackets = streaming && packets !== undefined;
  return [
    {
      id: cameraId,
      streaming: streaming ? 1 : 0,
      packets: hasPackets ? 1 : 0,
      fps,
      bitrate: bitrateKbps,
      loss: lossRatio,
      jitter: jitterMs,
      clock,
    },
  ];
}

/** Adds the report to the slot that it falls into; of the clock the last word of the slot stays. */
async function addSamples(tx: Tx, { gatewayId, cameras, at }: Observation): Promise<void> {
  const samples = cameras.flatMap(sampleOf);
  if (samples.length === 0) return;
  const slot = new Date(Math.floor(at.getTime() / (SLOT_SECONDS * 1000)) * SLOT_SECONDS * 1000);
  await sql`
    insert into camera_samples as s (gateway_id, camera_id, at, reports, streaming, packets, fps, bitrate_kbps, loss_ratio,
      jitter_ms, clock_offset_ms)
    select distinct on (r.id) ${gatewayId}, r.id, ${slot}::timestamptz, 1, r.streaming, r.packets, r.fps, r.bitrate, r.loss,
      r.jitter, r.clock
    from jsonb_to_recordset(${JSON.stringify(samples)}::jsonb) as r(id text, streaming integer, packets integer,
      fps double precision, bitrate double precision, loss double precision, jitter double precision, clock double precision)
    on conflict (gateway_id, camera_id, at) do update set
      reports = s.reports + 1, streaming = s.streaming + excluded.streaming, packets = s.packets + excluded.packets,
      fps = s.fps + excluded.fps, bitrate_kbps = s.bitrate_kbps + excluded.bitrate_kbps,
      loss_ratio = s.loss_ratio + excluded.loss_ratio, jitter_ms = s.jitter_ms + excluded.jitter_ms,
      clock_offset_ms = coalesce(excluded.clock_offset_ms, s.clock_offset_ms)`.execute(tx);
}

/** Writes what a health report says of the past: intervals and samples, in the transaction of the report. */
export async function observeCameras(tx: Tx, observation: Observation): Promise<void> {
  await extendIntervals(tx, observation);
  await addSamples(tx, observation);
}
