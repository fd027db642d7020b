import { type Kysely, sql } from 'kysely';

/** Evidence that gateways have sent or are asked for. The files lie in the data folder; here is what they are. */
const EVIDENCE = [
  // Every key that a gateway has ever shown: older evidence stays provable after a new one.
  `create table evidence_keys (
    gateway_id text not null references gateways,
    public_key text not null,
    seen_at timestamptz not null,
    primary key (gateway_id, public_key)
  )`,
  `create table evidence (
    id uuid primary key,
    gateway_id text not null references gateways,
    camera_id text not null,
    state text not null check (state in ('receiving', 'stored', 'removed')),
    signed_text text not null,
    signature text not null,
    public_key text not null,
    bytes bigint not null,
    token_hash bytea not null,
    opened_at timestamptz not null,
    stored_at timestamptz
  )`,
  'create index evidence_gateway on evidence (gateway_id, state, opened_at)',
  `create table evidence_alarms (
    alarm_id uuid not null,
    evidence_id uuid not null references evidence on delete cascade,
    primary key (alarm_id, evidence_id)
  )`,
  'create index evidence_alarms_evidence on evidence_alarms (evidence_id)',
  // The last time that somebody asked for the evidence of an alarm; its ticket opens one upload.
  `create table evidence_requests (
    alarm_id uuid primary key,
    gateway_id text not null,
    asked_at timestamptz not null,
    asked_by text not null,
    ticket_hash bytea not null,
    evidence_id uuid,
    command_id uuid,
    refusal text
  )`,
  'create index evidence_requests_command on evidence_requests (command_id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of EVIDENCE) await sql.raw(statement).execute(db);
}
