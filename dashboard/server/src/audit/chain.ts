import { createHash } from 'node:crypto';

export type AuditEntry = { at: Date; actor: string; action: string; target: string; detail: string };
export type AuditRow = AuditEntry & { id: number; previousHash: Uint8Array; hash: Uint8Array };

/** What the first entry follows. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256 over the entry and the hash of the one before: changing, dropping or swapping one breaks all that follow. */
export function chainHash(previous: Uint8Array, id: number, entry: AuditEntry): Buffer {
  const text = JSON.stringify([
    id,
    entry.at.toISOString(),
    entry.actor,
    entry.action,
    entry.target,
    entry.detail,
  ]);
  return createHash('sha256').update(previous).update(text).digest();
}

/** Number of the first row that does not fit the chain, or null when all do. */
export function findBrokenLink(rows: readonly AuditRow[]): number | null {
  let previous: Uint8Array = GENESIS;
  for (const [index, row] of rows.entries()) {
    const expected = chainHash(previous, index + 1, row);
    if (row.id !== index + 1 || !expected.equals(row.hash)) return row.id;
    previous = row.hash;
  }
  return null;
}
