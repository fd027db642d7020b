import { type Insertable, type Selectable, sql } from 'kysely';
import type { AreaLevel } from '../registry/areas.ts';
import type { Sensitivity } from '../routes/safety-index/schemas.ts';
import { appendAudit } from './audit.ts';
import { type Db, LOCKS } from './database.ts';
import type {
  PeriodKind,
  PublicationScoresTable,
  PublicationState,
  PublicationsTable,
} from './index-tables.ts';
import { type NewRedStep, openRedSteps } from './red-steps.ts';

export type PublicationRow = Selectable<PublicationsTable>;
export type PublicationHeadRow = Omit<
  PublicationRow,
  'content' | 'inputs' | 'draftZh' | 'draftEn' | 'textZh' | 'textEn'
> & {
  frameworkCode: string;
  frameworkVersion: string;
  frameworkSha256: string;
  frameworkZh: string;
  frameworkEn: string;
};
export type PublicationBody = Pick<PublicationRow, 'content' | 'inputs'>;
export type ScoreRow = Selectable<PublicationScoresTable>;
type Audit = { at: Date; actor: string; action: string };
export type PublicationStep = Partial<
  Pick<PublicationRow, 'state' | 'textZh' | 'textEn' | 'editor' | 'submitter' | 'approver' | 'publishedAt'>
>;
export type PublicationPosition = { start: string; kind: PeriodKind; version: number };

const UNIQUE_VIOLATION = '23505';
const WITHOUT_BODY = [
  'id',
  'kind',
  'start',
  'version',
  'computedAt',
  'frameworkId',
  'inputsSha256',
  'software',
  'score',
  'draftZh',
  'draftEn',
  'author',
  'state',
  'textZh',
  'textEn',
  'editor',
  'submitter',
  'approver',
  'publishedAt',
] as const;

function heads(db: Db) {
  return db
    .selectFrom('publications as p')
    .innerJoin('frameworks as f', 'f.id', 'p.frameworkId')
    .select([
      'p.id',
      'p.kind',
      'p.start',
      'p.version',
      'p.computedAt',
      'p.frameworkId',
      'p.inputsSha256',
      'p.software',
      'p.score',
      'p.author',
      'p.state',
      'p.editor',
      'p.submitter',
      'p.approver',
      'p.publishedAt',
      'f.code as frameworkCode',
      'f.version as frameworkVersion',
      'f.sha256 as frameworkSha256',
      'f.nameZh as frameworkZh',
      'f.nameEn as frameworkEn',
    ]);
}

/** Publications: their results never change, their state and text do, each change with its entry in the audit trail. */
export function createPublicationStore(db: Db) {
  return {
    /** Newest period first, then kind, then the highest version. */
    list(query: {
      limit: number;
      kind?: PeriodKind | undefined;
      state?: PublicationState | undefined;
      after?: PublicationPosition | undefined;
    }): Promise<PublicationHeadRow[]> {
      const { limit, kind, state, after } = query;
      let rows = heads(db);
      if (kind !== undefined) rows = rows.where('p.kind', '=', kind);
      if (state !== undefined) rows = rows.where('p.state', '=', state);
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('p.start', 'p.kind', 'p.version'), '<', tuple(after.start, after.kind, after.version)),
        );
      }
      return rows
        .orderBy('p.start', 'desc')
        .orderBy('p.kind', 'desc')
        .orderBy('p.version', 'desc')
        .limit(limit)
        .execute();
    },

    head: (id: string): Promise<PublicationHeadRow | undefined> =>
      heads(db).where('p.id', '=', id).executeTakeFirst(),

    /** Everything of one publication but its body. */
    find: (id: string): Promise<Omit<PublicationRow, keyof PublicationBody> | undefined> =>
      db.selectFrom('publications').select(WITHOUT_BODY).where('id', '=', id).executeTakeFirst(),

    /** The large part of a publication; it never changes. */
    body: (id: string): Promise<PublicationBody | undefined> =>
      db.selectFrom('publications').select(['content', 'inputs']).where('id', '=', id).executeTakeFirst(),

    /** The highest version of a period. */
    latest: (kind: PeriodKind, start: string): Promise<PublicationRow | undefined> =>
      db
        .selectFrom('publications')
        .selectAll()
        .where('kind', '=', kind)
        .where('start', '=', start)
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** What a period is compared with: the published version of `start`, else its highest; nothing when there is none. */
    inForce: (kind: PeriodKind, start: string): Promise<PublicationRow | undefined> =>
      db
        .selectFrom('publications')
        .selectAll()
        .where('kind', '=', kind)
        .where('start', '=', start)
        .orderBy(sql`state = 'published'`, 'desc')
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** The newest publication of all, by computing. */
    newest: (): Promise<PublicationRow | undefined> =>
      db.selectFrom('publications').selectAll().orderBy('computedAt', 'desc').limit(1).executeTakeFirst(),

    /** Scores of the period before `start` that has any: of its published version, else of its highest. */
    async scoresBefore(kind: PeriodKind, start: string): Promise<ScoreRow[]> {
      const before = await db
        .selectFrom('publications')
        .select('id')
        .where('kind', '=', kind)
        .where('start', '<', start)
        .orderBy('start', 'desc')
        .orderBy(sql`state = 'published'`, 'desc')
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (before === undefined) return [];
      return db.selectFrom('publicationScores').selectAll().where('publicationId', '=', before.id).execute();
    },

    scores: (publicationId: string): Promise<ScoreRow[]> =>
      db.selectFrom('publicationScores').selectAll().where('publicationId', '=', publicationId).execute(),

    /** One area over periods, newest first: each period's published version, else its highest. */
    async trend({ area, kind, limit }: { area: string; kind: PeriodKind; limit: number }) {
      const { rows } = await sql<{
        id: string;
        start: string;
        state: PublicationState;
        score: number | null;
      }>`
        select distinct on (p.start) p.id, p.start, p.state, s.score
        from publications p join publication_scores s on s.publication_id = p.id and s.area_code = ${area}
        where p.kind = ${kind}
        order by p.start desc, p.state = 'published' desc, p.version desc limit ${limit}`.execute(db);
      return rows;
    },

    /** Adds a version with its scores. False when somebody else added this version meanwhile. */
    add: (
      row: Insertable<PublicationsTable>,
      scores: readonly Omit<ScoreRow, 'publicationId'>[],
    ): Promise<boolean> =>
      db
        .transaction()
        .execute(async (tx) => {
          await tx.insertInto('publications').values(row).execute();
          await sql`insert into publication_scores (publication_id, area_code, level, score, band, rank, rank_low, rank_high,
              consecutive_red)
            select ${row.id}, r.* from jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) as r("areaCode" text, level text,
              score double precision, band text, rank integer, "rankLow" integer, "rankHigh" integer, "consecutiveRed" integer)`.execute(
            tx,
          );
          await appendAudit(tx, {
            at: new Date(row.computedAt),
            actor: row.author,
            action: 'publication.compute',
            target: row.id,
            detail: `${row.kind} ${row.start} version ${row.version} inputs ${row.inputsSha256}`,
          });
          return true;
        })
        .catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return false;
          throw error;
        }),

    /**
     * Locks the publication, asks `decide` for what changes (or lets it throw) and stores that. Publishing supersedes the
     * version published before and opens `steps`. Undefined when there is no such publication.
     */
    change: (
      id: string,
      { at, actor, action }: Audit,
      decide: (row: Omit<PublicationRow, keyof PublicationBody>) => {
        step: PublicationStep;
        detail: string;
        steps?: NewRedStep[];
      },
    ): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('publications')
          .select(WITHOUT_BODY)
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) return false;
        const { step, detail, steps = [] } = decide(row);
        if (step.state === 'published') {
          await tx
            .updateTable('publications')
            .set({ state: 'superseded' })
            .where('kind', '=', row.kind)
            .where('start', '=', row.start)
            .where('state', '=', 'published')
            .execute();
        }
        await tx.updateTable('publications').set(step).where('id', '=', id).execute();
        await openRedSteps(tx, steps);
        await appendAudit(tx, { at, actor, action: `publication.${action}`, target: id, detail });
        return true;
      }),

    async sensitivity(key: {
      publicationId: string;
      level: AreaLevel;
      runs: number;
      seed: number;
    }): Promise<Sensitivity | null> {
      const row = await db
        .selectFrom('sensitivities')
        .select('result')
        .where('publicationId', '=', key.publicationId)
        .where('level', '=', key.level)
        .where('runs', '=', key.runs)
        .where('seed', '=', key.seed)
        .executeTakeFirst();
      return row?.result ?? null;
    },

    async keepSensitivity(
      key: { publicationId: string; level: AreaLevel; runs: number; seed: number },
      result: Sensitivity,
    ): Promise<void> {
      await db
        .insertInto('sensitivities')
        .values({ ...key, result: JSON.stringify(result) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    /**
     * Runs `work` unless another process is at it. Returns whether it ran.
     */
    alone: (work: () => Promise<void>): Promise<boolean> =>
      db.connection().execute(async (connection) => {
        const { rows } = await sql<{
          got: boolean;
        }>`select pg_try_advisory_lock(${LOCKS.publishing}) as got`.execute(connection);
        if (rows[0]?.got !== true) return false;
        try {
          await work();
        } finally {
          await sql`select pg_advisory_unlock(${LOCKS.publishing})`.execute(connection);
        }
        return true;
      }),
  };
}
