import { type Kysely, sql } from 'kysely';

/** Evidence: what people report and measure, and the daily figures made of it. */
const EVIDENCE = [
  `create table incidents (
    id uuid primary key,
    source text not null check (source in ('110', 'grid', 'property')),
    external_id text not null,
    area_code text not null references areas,
    category text not null,
    occurred_at timestamptz not null,
    reported_at timestamptz not null,
    escalated_at timestamptz,
    due_at timestamptz,
    closed_at timestamptz,
    reworked boolean not null,
    deaths integer not null,
    unique (source, external_id)
  )`,
  'create index incidents_page on incidents (occurred_at desc, id desc)',
  'create index incidents_area on incidents (area_code, occurred_at desc, id desc)',
  'create index incidents_reported on incidents (reported_at)',
  'create index incidents_due on incidents (due_at) where due_at is not null',
  'create index incidents_closed on incidents (closed_at) where closed_at is not null',
  // From the first to the last day a source has told of: outside it a day without reports is unknown, not quiet.
  'create table report_spans (source text primary key, first_day date not null, last_day date not null)',
  `create table measures (
    area_code text not null references areas,
    measure text not null,
    day date not null,
    amount double precision not null,
    primary key (area_code, measure, day)
  )`,
  'create index measures_day on measures (day)',
  `create table populations (
    area_code text not null references areas,
    valid_from date not null,
    people integer not null,
    primary key (area_code, valid_from)
  )`,
  `create table daily_figures (
    day date not null,
    area_code text not null,
    measure text not null,
    origin text not null check (origin in ('events', 'devices', 'measures')),
    amount double precision not null,
    coverage double precision not null,
    primary key (day, area_code, measure)
  )`,
  'create table touched_days (day date primary key)',
  `create table imports (
    id uuid primary key,
    kind text not null,
    file_name text not null,
    at timestamptz not null,
    actor text not null,
    accepted integer not null,
    unchanged integer not null,
    refused_rows integer not null,
    refused jsonb not null
  )`,
  'create index imports_page on imports (at desc, id desc)',
];

/** What is said in public, who said it, and what follows. */
const PUBLICATIONS = [
  `create table frameworks (
    id uuid primary key,
    code text not null,
    version text not null,
    name_zh text not null,
    name_en text not null,
    sha256 text not null,
    yaml text not null,
    state text not null check (state in ('draft', 'submitted', 'active', 'retired')),
    author text not null,
    submitter text,
    approver text,
    at timestamptz not null,
    unique (code, version)
  )`,
  "create unique index frameworks_active on frameworks (state) where state = 'active'",
  `create table publications (
    id uuid primary key,
    kind text not null check (kind in ('day', 'week', 'month')),
    start date not null,
    version integer not null,
    computed_at timestamptz not null,
    framework_id uuid not null references frameworks,
    inputs_sha256 text not null,
    software text not null,
    score double precision,
    content jsonb not null,
    inputs jsonb not null,
    draft_zh text not null,
    draft_en text not null,
    author text not null,
    state text not null check (state in ('draft', 'submitted', 'published', 'superseded')),
    text_zh text not null,
    text_en text not null,
    editor text,
    submitter text,
    approver text,
    published_at timestamptz,
    unique (kind, start, version)
  )`,
  `create unique index publications_in_force on publications (kind, start) where state = 'published'`,
  `create table publication_scores (
    publication_id uuid not null references publications,
    area_code text not null,
    level text not null,
    score double precision,
    band text,
    rank integer,
    rank_low integer,
    rank_high integer,
    consecutive_red integer not null,
    primary key (publication_id, area_code)
  )`,
  `create table sensitivities (
    publication_id uuid not null references publications,
    level text not null,
    runs integer not null,
    seed integer not null,
    result jsonb not null,
    primary key (publication_id, level, runs, seed)
  )`,
  `create table red_steps (
    id uuid primary key,
    area_code text not null references areas,
    publication_id uuid not null references publications,
    kind text not null,
    start date not null,
    step_code text not null,
    step_zh text not null,
    step_en text not null,
    after_periods integer not null,
    state text not null check (state in ('open', 'done')),
    opened_at timestamptz not null,
    done_at timestamptz,
    actor text,
    note text not null,
    unique (area_code, kind, start, step_code)
  )`,
  'create index red_steps_page on red_steps (opened_at desc, id desc)',
  `create function keep_publication() returns trigger language plpgsql as $$
    begin
      if row(new.id, new.kind, new.start, new.version, new.computed_at, new.framework_id, new.inputs_sha256, new.software,
        new.score, new.content, new.inputs, new.draft_zh, new.draft_en, new.author)
        is distinct from row(old.id, old.kind, old.start, old.version, old.computed_at, old.framework_id, old.inputs_sha256,
        old.software, old.score, old.content, old.inputs, old.draft_zh, old.draft_en, old.author)
        or old.state in ('published', 'superseded') and row(new.text_zh, new.text_en) is distinct from row(old.text_zh, old.text_en)
      then raise exception 'a publication never changes; compute a new version' using errcode = '42501'; end if;
      return new;
    end
  $$`,
  `create trigger publications_stay before update on publications for each row execute function keep_publication()`,
  `create trigger publications_remain before delete or truncate on publications
    for each statement execute function refuse_change()`,
  `create trigger publication_scores_stay before update or delete or truncate on publication_scores
    for each statement execute function refuse_change()`,
];

const PEOPLE = [
  'alter table users drop constraint users_role_check',
  "alter table users add constraint users_role_check check (role in ('admin', 'analyst', 'operator', 'viewer'))",
  'alter table users add column disabled boolean not null default false',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...EVIDENCE, ...PUBLICATIONS, ...PEOPLE]) await sql.raw(statement).execute(db);
}
