import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A few durable values by name (last command sequence, serial numbers …). Every `set` is on disk when it returns. */
export class StateStore {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  #read: StatementSync | undefined;
  #write: StatementSync | undefined;

  /** @param path file of the SQLite database, created when absent */
  constructor(path: string) {
    this.#path = path;
  }

  start(): void {
    if (this.#database) return;
    const database = new DatabaseSync(this.#path);
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000');
    database.exec('CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    this.#read = database.prepare('SELECT value FROM state WHERE name = ?');
    this.#write = database.prepare(
      'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    this.#database = database;
  }

  async stop(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
  }

  /** The stored text or undefined. */
  get(name: string): string | undefined {
    const row = this.#read?.get(name);
    return typeof row?.['value'] === 'string' ? row['value'] : undefined;
  }

  set(name: string, value: string): void {
    if (!this.#write) throw new Error('StateStore: start() first');
    this.#write.run(name, value);
  }
}
