import type { Insertable, Selectable } from 'kysely';
import { appendAudit } from './audit.ts';
import type { Db, Tx } from './database.ts';
import type { RedStepsTable } from './index-tables.ts';

export type RedStepRow = Selectable<RedStepsTable>;
export type NewRedStep = Insertable<RedStepsTable>;

/** Opens steps; one that is open or done already for the same area and period stays as it is. */
export async function openRedSteps(tx: Tx, steps: readonly NewRedStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx
    .insertInto('redSteps')
    .values([...steps])
    .onConflict((conflict) => conflict.columns(['areaCode', 'kind', 'start', 'stepCode']).doNothing())
    .execute();
}

/** What follows when an area stays in an alert band. */
export function createRedStepStore(db: Db) {
  return {
    /** Newest first. */
    list(query: {
      limit: number;
      after?: { at: Date; id: string } | undefined;
      state?: 'open' | 'done' | undefined;
    }): Promise<RedStepRow[]> {
      const { after, state, limit } = query;
      let rows = db.selectFrom('redSteps').selectAll();
      if (state !== undefined) rows = rows.where('state', '=', state);
      if (after !== undefined) {
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('openedAt', 'id'), '<', tuple(after.at, after.id)),
        );
      }
      return rows.orderBy('openedAt', 'desc').orderBy('id', 'desc').limit(limit).execute();
    },

    find: (id: string): Promise<RedStepRow | undefined> =>
      db.selectFrom('redSteps').selectAll().where('id', '=', id).executeTakeFirst(),

    /** Returns the step when it was open, else undefined. */
    finish: (id: string, { at, actor, note }: { at: Date; actor: string; note: string }) =>
      db.transaction().execute(async (tx): Promise<RedStepRow | undefined> => {
        const row = await tx
          .updateTable('redSteps')
          .set({ state: 'done', doneAt: at, actor, note })
          .where('id', '=', id)
          .where('state', '=', 'open')
          .returningAll()
          .executeTakeFirst();
        if (row !== undefined) {
          await appendAudit(tx, { at, actor, action: 'red-step.done', target: id, detail: note });
        }
        return row;
      }),
  };
}
