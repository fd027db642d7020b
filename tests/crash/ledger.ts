import { DatabaseSync } from 'node:sqlite';
import { openOutboxDatabase } from '../../gateway/src/outbox/schema.ts';

/** An event that the gateway has committed, and so has promised to deliver. */
export type LedgerRow = { sequence: number; eventId: string; alarmId: string; phase: string };
export type Ledger = {
  rows: LedgerRow[];
  /** The highest sequence that the outbox has ever given. */
  highest: number;
  /** Events without a receipt. */
  pending: number;
  /** Events that the centre refused. */
  refused: number;
};

/**
 * The trigger writes in the transaction of the outbox itself: what is committed there is in the ledger and nothing else is,
 * whenever the process dies. Rows of the outbox go with their receipts, those of the ledger stay.
 */
const LEDGER = `
CREATE TABLE crash_ledger (
  sequence INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  alarm_id TEXT NOT NULL,
  phase TEXT NOT NULL
) STRICT;
CREATE TRIGGER crash_ledger_keeps AFTER INSERT ON outbox BEGIN
  INSERT INTO crash_ledger (sequence, event_id, alarm_id, phase)
  VALUES (new.sequence, new.event_id, new.payload ->> '$.alarmId', new.payload ->> '$.phase');
END;`;

/** Makes the outbox as the gateway would and puts the ledger beside it. Call before the first start of the gateway. */
export function prepareLedger(path: string): void {
  const { database } = openOutboxDatabase(path, Date.now());
  database.exec(LEDGER);
  database.close();
}

/** Reads it; the gateway must not run. */
export function readLedger(path: string): Ledger {
  const database = new DatabaseSync(path);
  try {
    const numberOf = (query: string) => Number(Object.values(database.prepare(query).get() ?? {})[0] ?? 0);
    const rows = database.prepare('SELECT * FROM crash_ledger ORDER BY sequence').all();
    return {
      rows: rows.map((row) => ({
        sequence: Number(row['sequence']),
        eventId: String(row['event_id']),
        alarmId: String(row['alarm_id']),
        phase: String(row['phase']),
      })),
      highest: numberOf("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"),
      pending: numberOf('SELECT count(*) FROM outbox'),
      refused: numberOf('SELECT count(*) FROM dead_letters'),
    };
  } finally {
    database.close();
  }
}

/** The highest sequence that the outbox has given so far; the gateway may run. */
export function highestSequence(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    return Number(
      database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get()?.['seq'] ?? 0,
    );
  } finally {
    database.close();
  }
}
