import type { SafetyEvent } from '@pingan/models/contract';
import { sql } from 'kysely';
import { appendChanges } from './changes.ts';
import type { Db, Tx } from './database.ts';
import { writeTrials } from './trial-writer.ts';

/** An event whose form and sender have been checked; `jpeg` is its decoded snapshot. */
export type IncomingEvent = { event: SafetyEvent; jpeg: Buffer | null };

type AlarmRow = {
  id: string;
  gateway_id: string;
  type: string;
  severity: number;
  origin_kind: string;
  origin_id: string;
  origin_code: string | null;
  origin_name: string;
  raised: boolean;
  occurred_at: string;
  cleared_at: string | null;
  clock_trusted: boolean;
  detail: object;
  snapshot_width: number | null;
  snapshot_height: number | null;
};

/** One alarm as these events (in order, all of this alarm) tell it. */
function foldAlarm(events: readonly SafetyEvent[]): AlarmRow | undefined {
  const telling = events.filter(({ phase }) => phase !== 'cleared');
  const raised = events.find(({ phase }) => phase === 'raised');
  const latest = telling.at(-1) ?? events.at(-1);
  if (latest === undefined) return undefined;
  const first = raised ?? events[0] ?? latest;
  const snapshot = events.find((event) => event.snapshot !== undefined)?.snapshot;
  return {
    id: latest.alarmId,
    gateway_id: latest.gatewayId,
    type: latest.type,
    severity: latest.severity,
    origin_kind: latest.origin.kind,
    origin_id: latest.origin.id,
    origin_code: latest.origin.code ?? null,
    origin_name: latest.origin.name,
    raised: raised !== undefined,
    occurred_at: first.occurredAt,
    cleared_at: events.find(({ phase }) => phase === 'cleared')?.occurredAt ?? null,
    clock_trusted: first.clock.trusted,
    detail: latest.detail,
    snapshot_width: snapshot?.width ?? null,
    snapshot_height: snapshot?.height ?? null,
  };
}

async function insertFresh(tx: Tx, events: readonly SafetyEvent[], at: Date): Promise<Set<string>> {
  const rows = events.map(({ snapshot: _snapshot, ...event }) => ({
    id: event.id,
    gateway_id: event.gatewayId,
    alarm_id: event.alarmId,
    phase: event.phase,
    type: event.type,
    severity: event.severity,
    occurred_at: event.occurredAt,
    boot_id: event.bootId,
    monotonic_ms: event.monotonicMs,
    body: event,
  }));
  const { rows: fresh } = await sql<{ key: string }>`
    with incoming as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        id uuid, gateway_id text, alarm_id uuid, phase text, type text, severity smallint,
        occurred_at timestamptz, boot_id uuid, monotonic_ms double precision, body jsonb)
    ), fresh as (
      insert into event_ids (gateway_id, id, received_at)
      select distinct gateway_id, id, ${at}::timestamptz from incoming order by gateway_id, id
      on conflict do nothing returning gateway_id, id
    ), stored as (
    insert into events (id, gateway_id, alarm_id, phase, type, severity, occurred_at, received_at, boot_id, monotonic_ms, body)
    select distinct on (i.gateway_id, i.id) i.id, i.gateway_id, i.alarm_id, i.phase, i.type, i.severity, i.occurred_at,
      ${at}::timestamptz, i.boot_id, i.monotonic_ms, i.body
    from incoming i join fresh f on f.id = i.id and f.gateway_id = i.gateway_id
    where i.body->'trial' is null)
    select gateway_id || ' ' || id as key from fresh`.execute(tx);
  return new Set(fresh.map(({ key }) => key));
}

/** Later events refresh an alarm; a clearing that came first is kept. An alarm of another gateway is never touched. */
async function upsertAlarms(tx: Tx, alarms: readonly AlarmRow[], at: Date): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into alarms as a (id, gateway_id, type, severity, origin_kind, origin_id, origin_code, origin_name, area_code,
      raised, occurred_at, received_at, updated_at, cleared_at, clock_trusted, detail, snapshot_width, snapshot_height)
    select r.id, r.gateway_id, r.type, r.severity, r.origin_kind, r.origin_id, r.origin_code, r.origin_name, g.area_code,
      r.raised, r.occurred_at, ${at}::timestamptz, ${at}::timestamptz, r.cleared_at, r.clock_trusted, r.detail, r.snapshot_width, r.snapshot_height
    from jsonb_to_recordset(${JSON.stringify(alarms)}::jsonb) as r(
      id uuid, gateway_id text, type text, severity smallint, origin_kind text, origin_id text, origin_code text,
      origin_name text, raised boolean, occurred_at timestamptz, cleared_at timestamptz, clock_trusted boolean,
      detail jsonb, snapshot_width integer, snapshot_height integer)
    left join gateways g on g.id = r.gateway_id
    order by r.id
    on conflict (id) do update set
      severity = excluded.severity,
      raised = a.raised or excluded.raised,
      occurred_at = case when excluded.raised then excluded.occurred_at else a.occurred_at end,
      clock_trusted = case when excluded.raised then excluded.clock_trusted else a.clock_trusted end,
      updated_at = excluded.updated_at,
      cleared_at = coalesce(a.cleared_at, excluded.cleared_at),
      detail = case when excluded.raised or excluded.cleared_at is null then excluded.detail else a.detail end,
      snapshot_width = coalesce(a.snapshot_width, excluded.snapshot_width),
      snapshot_height = coalesce(a.snapshot_height, excluded.snapshot_height)
    where a.gateway_id = excluded.gateway_id
    returning id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

async function insertSnapshots(tx: Tx, events: readonly IncomingEvent[]): Promise<void> {
  const rows = events.flatMap(({ event: { alarmId, snapshot }, jpeg }) =>
    jpeg === null || snapshot === undefined ? [] : [{ alarmId, jpeg, sha256: snapshot.sha256 }],
  );
  if (rows.length === 0) return;
  await tx
    .insertInto('snapshots')
    .values(rows)
    .onConflict((conflict) => conflict.column('alarmId').doNothing())
    .execute();
}

/**
 * Stores a batch in one transaction and resolves after its commit. Events that are there already change nothing.
 * Returns how many were new.
 */
export function writeEvents(db: Db, batch: readonly IncomingEvent[], at: Date): Promise<{ fresh: number }> {
  return db.transaction().execute(async (tx) => {
    const keys = await insertFresh(
      tx,
      batch.map(({ event }) => event),
      at,
    );
    const seen = new Set<string>();
    const fresh = batch.filter(({ event: { gatewayId, id } }) => {
      const key = `${gatewayId} ${id}`;
      if (!keys.has(key) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    if (fresh.length === 0) return { fresh: 0 };
    await writeTrials(
      tx,
      fresh.filter(({ event }) => event.trial === true),
      at,
    );
    const ringing = fresh.filter(({ event }) => event.trial !== true);
    if (ringing.length === 0) return { fresh: fresh.length };
    const groups = Map.groupBy(
      ringing.map(({ event }) => event),
      ({ gatewayId, alarmId }) => `${gatewayId} ${alarmId}`,
    );
    // Two gateways naming one alarm in one batch: the first keeps it.
    const alarms = new Map<string, AlarmRow>();
    for (const events of groups.values()) {
      const row = foldAlarm(events);
      if (row !== undefined && !alarms.has(row.id)) alarms.set(row.id, row);
    }
    const stored = await upsertAlarms(tx, [...alarms.values()], at);
    const isStored = ({ event }: IncomingEvent) =>
      stored.has(event.alarmId) && alarms.get(event.alarmId)?.gateway_id === event.gatewayId;
    await insertSnapshots(tx, ringing.filter(isStored));
    await appendChanges(
      tx,
      [...stored].map((key) => ({ kind: 'event' as const, key })),
      at,
    );
    return { fresh: fresh.length };
  });
}
