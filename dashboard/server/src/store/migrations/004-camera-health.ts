import { type Kysely, sql } from 'kysely';

/** Why a camera was down and what its picture suffered from; samples of its packets and clock; planned maintenance. */
const HEALTH = [
  'alter table intervals add column fault text',
  "alter table intervals add column findings text[] not null default '{}'",
  'alter table cameras add column causes jsonb',
  'alter table cameras add column decode jsonb',
  'alter table cameras add column first_seen_at timestamptz',
  `update cameras c set first_seen_at = coalesce(
    (select min(i.starts_at) from intervals i where i.gateway_id = c.gateway_id and i.camera_id = c.camera_id), c.updated_at)`,
  'alter table cameras alter column first_seen_at set not null',
  // One row per camera and slot of five minutes; figures are summed over `packets` reports that had any.
  `create table camera_samples (
    gateway_id text not null,
    camera_id text not null,
    at timestamptz not null,
    reports integer not null,
    streaming integer not null,
    packets integer not null,
    fps double precision not null,
    bitrate_kbps double precision not null,
    loss_ratio double precision not null,
    jitter_ms double precision not null,
    clock_offset_ms double precision,
    primary key (gateway_id, camera_id, at)
  )`,
  'create index camera_samples_at on camera_samples (at)',
  // Without a camera it is for the whole gateway. Taken back, it ends when it began or now.
  `create table maintenances (
    id uuid primary key,
    gateway_id text not null references gateways,
    camera_id text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reason text not null,
    actor text not null,
    created_at timestamptz not null,
    check (ends_at >= starts_at)
  )`,
  'create index maintenances_gateway on maintenances (gateway_id, ends_at)',
  `create function span_seconds(spans tstzmultirange) returns double precision language sql immutable parallel safe as $$
    select coalesce(sum(extract(epoch from upper(span) - lower(span))), 0)::double precision from unnest(spans) span
  $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of HEALTH) await sql.raw(statement).execute(db);
}
