import type { SafetyEvent } from '@pingan/models/contract';
import { sql } from 'kysely';
import type { Tx } from './database.ts';

type TrialEvent = { event: SafetyEvent; jpeg: Buffer | null };

/**
 * Keeps what rules on trial would have raised, in tables that no alarm list, figure, stream of changes or index reads. Later events
 * of an alarm refresh its row; one of another gateway is never touched.
 */
export async function writeTrials(tx: Tx, batch: readonly TrialEvent[], at: Date): Promise<void> {
  for (const { event, jpeg } of batch) {
    const { origin, snapshot, detail, phase } = event;
    const row = await sql<{ id: string }>`
      insert into trial_alarms as t (id, gateway_id, type, severity, origin_kind, origin_id, origin_name, rule_id, occurred_at,
        received_at, cleared_at, detail, snapshot_width, snapshot_height)
      values (${event.alarmId}, ${event.gatewayId}, ${event.type}, ${event.severity}, ${origin.kind}, ${origin.id}, ${origin.name},
        ${detail.rule?.id ?? null}, ${event.occurredAt}, ${at}, ${phase === 'cleared' ? event.occurredAt : null},
        ${JSON.stringify(detail)}::jsonb, ${snapshot?.width ?? null}, ${snapshot?.height ?? null})
      on conflict (id) do update set
        cleared_at = coalesce(t.cleared_at, excluded.cleared_at),
        rule_id = coalesce(t.rule_id, excluded.rule_id),
        detail = case when ${phase !== 'cleared'}::boolean then excluded.detail else t.detail end,
        occurred_at = case when ${phase === 'raised'}::boolean then excluded.occurred_at else t.occurred_at end,
        snapshot_width = coalesce(t.snapshot_width, excluded.snapshot_width),
        snapshot_height = coalesce(t.snapshot_height, excluded.snapshot_height)
      where t.gateway_id = excluded.gateway_id
      returning id`.execute(tx);
    if (jpeg === null || snapshot === undefined || row.rows.length === 0) continue;
    await tx
      .insertInto('trialSnapshots')
      .values({ alarmId: event.alarmId, jpeg, sha256: snapshot.sha256 })
      .onConflict((conflict) => conflict.column('alarmId').doNothing())
      .execute();
  }
}
