import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  payload TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS open_alarms (alarm_id TEXT PRIMARY KEY, raised TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS dead_letters (
  sequence INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;`;

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // FULL: the WAL is synced at every commit, so a committed event outlives a power cut (EVIDENCE: node:sqlite fsyncs each commit).
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000');
    const verdict = database.prepare('PRAGMA quick_check').get();
    if (verdict?.['quick_check'] !== 'ok') throw new Error(`quick_check says ${JSON.stringify(verdict)}`);
    database.exec(TABLES);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const isDamage = (error: unknown) =>
  error instanceof Error && /malformed|not a database|quick_check|corrupt/i.test(error.message);

export type OpenedOutbox = { database: DatabaseSync; quarantined: string | null };

/**
 * Opens the outbox and checks it. A damaged file is moved aside (never deleted) and a new one begun, so the gateway keeps working.
 * @throws when the folder cannot be written
 */
export function openOutboxDatabase(path: string, nowMs: number): OpenedOutbox {
  try {
    return { database: connect(path), quarantined: null };
  } catch (error) {
    if (!isDamage(error) || !existsSync(path)) throw error;
    const quarantined = `${path}.damaged-${nowMs}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, quarantined + suffix);
    }
    return { database: connect(path), quarantined };
  }
}
