import { sql } from 'kysely';
import { type Db, lock, type Tx } from './database.ts';
import type { ChangeKind } from './tables.ts';

export type Change = { id: number; kind: ChangeKind; key: string };

/**
 * Appends to the list of changes as the last act of a transaction. One writer at a time until its commit, so that a reader
 * who has seen number n never misses a smaller one that commits later.
 */
export async function appendChanges(
  tx: Tx,
  changes: readonly { kind: ChangeKind; key: string }[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  const once = [...new Map(changes.map((change) => [`${change.kind} ${change.key}`, change])).values()];
  await lock(tx, 'changes');
  await sql`insert into changes (kind, key, at)
    select kind, key, ${at} from jsonb_to_recordset(${JSON.stringify(once)}::jsonb) as c(kind text, key text)`.execute(
    tx,
  );
}

/** What has changed, for those who listen. */
export function createChangeStore(db: Db) {
  return {
    /** Appends one change of its own transaction. */
    announce: (kind: ChangeKind, key: string, at: Date): Promise<void> =>
      db.transaction().execute((tx) => appendChanges(tx, [{ kind, key }], at)),

    /** Changes with a number above `after`, ascending. */
    since: (after: number, limit: number): Promise<Change[]> =>
      db
        .selectFrom('changes')
        .select(['id', 'kind', 'key'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),

    /** Smallest and largest number kept; zeros when there is none. */
    async bounds(): Promise<{ first: number; last: number }> {
      const row = await db
        .selectFrom('changes')
        .select(({ fn }) => [fn.min('id').as('first'), fn.max('id').as('last')])
        .executeTakeFirst();
      return { first: row?.first ?? 0, last: row?.last ?? 0 };
    },

    /** Forgets changes before `before`, never the last one (its number must go on). Returns how many. */
    async prune(before: Date): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('changes')
        .where('at', '<', before)
        .where('id', '<', (query) => query.selectFrom('changes').select(({ fn }) => fn.max('id').as('id')))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
