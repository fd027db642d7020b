import { type AuditEntry, type AuditRow, chainHash, GENESIS } from '../audit/chain.ts';
import { type Db, lock, type Tx } from './database.ts';

/** Appends to the audit trail inside the transaction of what it tells about. */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await lock(tx, 'audit');
  const last = await tx
    .selectFrom('audit')
    .select(['id', 'hash'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const id = (last?.id ?? 0) + 1;
  const previousHash = last?.hash ?? GENESIS;
  await tx
    .insertInto('audit')
    .values({ ...entry, id, previousHash, hash: chainHash(previousHash, id, entry) })
    .execute();
}

/** The audit trail: grows only, the database itself refuses changes. */
export function createAuditStore(db: Db) {
  return {
    append: (entry: AuditEntry): Promise<void> => db.transaction().execute((tx) => appendAudit(tx, entry)),
    all: (): Promise<AuditRow[]> => db.selectFrom('audit').selectAll().orderBy('id').execute(),
  };
}
