import { type Kysely, sql } from 'kysely';

/** Alarms of rules on trial, apart from all others; what operators say of alarms; every version of a gateway's rules. */
const RULES = [
  `create table trial_alarms (
    id uuid primary key,
    gateway_id text not null,
    type text not null,
    severity smallint not null,
    origin_kind text not null,
    origin_id text not null,
    origin_name text not null,
    rule_id text,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    cleared_at timestamptz,
    detail jsonb not null,
    snapshot_width integer,
    snapshot_height integer
  )`,
  'create index trial_alarms_page on trial_alarms (gateway_id, received_at desc, id desc)',
  'create index trial_alarms_received on trial_alarms (received_at)',
  `create table trial_snapshots (
    alarm_id uuid primary key references trial_alarms on delete cascade,
    jpeg bytea not null,
    sha256 text not null
  )`,
  'alter table trial_snapshots alter column jpeg set storage external',
  // Of an alarm or of one on trial; the last word counts, all words are in the audit trail.
  `create table verdicts (
    alarm_id uuid primary key,
    is_true boolean not null,
    reason text not null,
    note text not null,
    actor text not null,
    at timestamptz not null
  )`,
  `create table configuration_versions (
    gateway_id text not null references gateways,
    version bigint not null,
    at timestamptz not null,
    actor text not null,
    restored_from bigint,
    rules jsonb not null,
    primary key (gateway_id, version)
  )`,
  `insert into configuration_versions (gateway_id, version, at, actor, rules)
    select gateway_id, desired_version, desired_at, 'system', desired_rules from configurations
    where desired_at is not null and desired_version > 0`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of RULES) await sql.raw(statement).execute(db);
}
