import { type Kysely, sql } from 'kysely';

/** Places, gateways and what is known of their devices. */
const REGISTRY = [
  `create table areas (
    code text primary key,
    parent text references areas,
    level text not null check (level in ('district', 'street', 'community', 'grid')),
    name_zh text not null,
    name_en text not null,
    sample boolean not null
  )`,
  `create table gateways (
    id text primary key,
    name text not null,
    area_code text references areas,
    token_hash bytea not null,
    created_at timestamptz not null,
    state text not null default 'never' check (state in ('online', 'offline', 'never')),
    state_since timestamptz,
    boot_id uuid,
    software text,
    outbox_pending bigint,
    last_seen_at timestamptz,
    command_sequence bigint not null default 0
  )`,
  `create table configurations (
    gateway_id text primary key references gateways,
    desired_version bigint not null default 0,
    desired_at timestamptz,
    desired_rules jsonb not null default '[]',
    reported_version bigint not null default 0,
    reported_at timestamptz,
    reported_errors jsonb not null default '[]'
  )`,
  `create table sensor_users (
    name text primary key,
    gateway_id text not null references gateways,
    token_hash bytea not null,
    created_at timestamptz not null
  )`,
  `create table cameras (
    gateway_id text not null,
    camera_id text not null,
    code text not null,
    name text not null,
    address text,
    manufacturer text,
    model text,
    codec text,
    width integer,
    height integer,
    state jsonb not null,
    packets jsonb,
    picture jsonb,
    work jsonb,
    zones jsonb,
    material text not null,
    announced_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (gateway_id, camera_id)
  )`,
  `create table sensors (
    gateway_id text not null,
    sensor_id text not null,
    code text not null,
    name text not null,
    kind text not null,
    protocol text not null,
    available boolean not null,
    at timestamptz,
    value jsonb,
    material text not null,
    announced_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (gateway_id, sensor_id)
  )`,
  `create table intervals (
    gateway_id text not null,
    camera_id text not null,
    kind text not null check (kind in ('good', 'poor', 'streaming', 'down')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (gateway_id, camera_id, starts_at)
  )`,
  'create index intervals_ends_at on intervals (ends_at)',
];

/** Events as they came, and the alarms that they make up. */
const EVENTS = [
  // An id counts once per gateway, so that one gateway can never spend the id of another's event.
  `create table event_ids (
    gateway_id text not null,
    id uuid not null,
    received_at timestamptz not null,
    primary key (gateway_id, id)
  )`,
  // By the centre's day of receipt: a gateway's clock may stand at 1970 or 2100.
  `create table events (
    id uuid not null,
    gateway_id text not null,
    alarm_id uuid not null,
    phase text not null,
    type text not null,
    severity smallint not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    boot_id uuid not null,
    monotonic_ms double precision not null,
    body jsonb not null,
    primary key (gateway_id, id, received_at)
  ) partition by range (received_at)`,
  'create table events_other partition of events default',
  'create index events_alarm on events (alarm_id)',
  `create table alarms (
    id uuid primary key,
    gateway_id text not null,
    type text not null,
    severity smallint not null,
    origin_kind text not null,
    origin_id text not null,
    origin_code text,
    origin_name text not null,
    area_code text,
    state text not null default 'new' check (state in ('new', 'acknowledged', 'closed', 'false-alarm')),
    raised boolean not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    updated_at timestamptz not null,
    cleared_at timestamptz,
    clock_trusted boolean not null,
    detail jsonb not null,
    snapshot_width integer,
    snapshot_height integer
  )`,
  'create index alarms_page on alarms (received_at desc, id desc)',
  'create index alarms_state on alarms (state, received_at desc, id desc)',
  'create index alarms_origin on alarms (gateway_id, origin_id, received_at desc)',
  'create table snapshots (alarm_id uuid primary key references alarms, jpeg bytea not null, sha256 text not null)',
  'alter table snapshots alter column jpeg set storage external',
  `create table steps (
    id bigserial primary key,
    alarm_id uuid not null references alarms,
    at timestamptz not null,
    action text not null,
    actor text not null,
    note text not null
  )`,
  'create index steps_alarm on steps (alarm_id, id)',
  'create table changes (id bigserial primary key, kind text not null, key text not null, at timestamptz not null)',
  'create index changes_at on changes (at)',
];

/** People, and the records of what they did. */
const PEOPLE = [
  `create table users (
    id uuid primary key,
    username text not null unique,
    password_hash text not null,
    role text not null check (role in ('admin', 'operator', 'viewer')),
    created_at timestamptz not null
  )`,
  `create table sessions (
    token_hash bytea primary key,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  'create index sessions_expires on sessions (expires_at)',
  `create table viewings (
    id bigserial primary key,
    at timestamptz not null,
    username text not null,
    gateway_id text not null,
    camera_id text not null,
    reason text not null,
    event_id text
  )`,
  `create table audit (
    id bigint primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    target text not null,
    detail text not null,
    previous_hash bytea not null,
    hash bytea not null
  )`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'the table % only grows', tg_table_name using errcode = '42501'; end
  $$`,
  ...['audit', 'viewings'].map(
    (table) => `create trigger ${table}_only_grows before update or delete or truncate on ${table}
      for each statement execute function refuse_change()`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...REGISTRY, ...EVENTS, ...PEOPLE]) await sql.raw(statement).execute(db);
}
