import type { Selectable } from 'kysely';
import { appendAudit } from './audit.ts';
import type { Db } from './database.ts';
import type { FrameworkState, FrameworksTable } from './index-tables.ts';

export type FrameworkRow = Selectable<FrameworksTable>;
export type FrameworkHeadRow = Omit<FrameworkRow, 'yaml'>;
type Audit = { at: Date; actor: string };
/** What a decision about the state of a row may change beside the state. */
export type FrameworkStep = { state: FrameworkState; submitter?: string; approver?: string };

const HEAD = [
  'id',
  'code',
  'version',
  'nameZh',
  'nameEn',
  'sha256',
  'state',
  'author',
  'submitter',
  'approver',
  'at',
] as const;

/** Versions of the framework; one is active. */
export function createFrameworkStore(db: Db) {
  return {
    /** Newest first. */
    list({
      limit,
      after,
    }: {
      limit: number;
      after?: { at: Date; id: string } | undefined;
    }): Promise<FrameworkHeadRow[]> {
      let rows = db.selectFrom('frameworks').select(HEAD);
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('at', 'id'), '<', tuple(after.at, after.id)),
        );
      }
      return rows.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    },

    find: (id: string): Promise<FrameworkRow | undefined> =>
      db.selectFrom('frameworks').selectAll().where('id', '=', id).executeTakeFirst(),

    active: (): Promise<FrameworkRow | undefined> =>
      db.selectFrom('frameworks').selectAll().where('state', '=', 'active').executeTakeFirst(),

    /** Adds a version unless its code and number are there, or (for an active one) another is active. Returns whether. */
    add: (row: FrameworkRow): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('frameworks')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (!numInsertedOrUpdatedRows) return false;
        await appendAudit(tx, {
          at: row.at,
          actor: row.author,
          action: 'framework.add',
          target: row.id,
          detail: `${row.code} ${row.version} ${row.sha256}`,
        });
        return true;
      }),

    /**
     * Locks the version, asks `decide` for the next step (or lets it throw) and stores it; a new active version retires
     * the former. Undefined when there is no such version.
     */
    change: (id: string, audit: Audit & { action: string }, decide: (row: FrameworkRow) => FrameworkStep) =>
      db.transaction().execute(async (tx): Promise<FrameworkRow | undefined> => {
        const row = await tx
          .selectFrom('frameworks')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const step = decide(row);
        if (step.state === 'active') {
          await tx
            .updateTable('frameworks')
            .set({ state: 'retired' })
            .where('state', '=', 'active')
            .execute();
        }
        await tx.updateTable('frameworks').set(step).where('id', '=', id).execute();
        const { actor, at, action } = audit;
        await appendAudit(tx, { at, actor, action: `framework.${action}`, target: id, detail: step.state });
        return { ...row, ...step };
      }),
  };
}
