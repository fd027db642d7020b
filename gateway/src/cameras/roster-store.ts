import { DatabaseSync } from 'node:sqlite';
import { Compile } from 'typebox/compile';
import type { CameraNotes } from '../pipeline.ts';
import { CameraNotesSchema, type DeviceRecord, DeviceRecordSchema } from './device-record.ts';
import type { RefusedLogin, RefusedLogins } from './vault/login-budget.ts';
import type { SealedSet, SealedSets } from './vault/vault.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS device (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS notes (camera_id TEXT PRIMARY KEY, notes TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS removed (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS login_set (id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, sealed BLOB NOT NULL, set_at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS refusal (device_id TEXT NOT NULL, door TEXT NOT NULL, set_id TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS refusal_device ON refusal (device_id);
`;
/** Removals and refusals remembered; a flood of invented devices stops here. */
const REMOVED_LIMIT = 5000;
const REFUSALS_PER_DEVICE = 16;

const recordCheck = Compile(DeviceRecordSchema);
const notesCheck = Compile(CameraNotesSchema);

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}

/**
 * The cameras on disk (`cameras.db`), safe to open by two processes: the gateway and the command line. Every change is synced when the
 * call returns. What cannot be understood is left out rather than believed.
 */
export class RosterStore implements SealedSets, RefusedLogins {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  #version = -1;

  /** @param path file of the SQLite database, created when absent */
  constructor(path: string) {
    this.#path = path;
  }

  start(): void {
    if (this.#database) return;
    const database = new DatabaseSync(this.#path);
    database.exec(
      'PRAGMA busy_timeout=3000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON',
    );
    database.exec(SCHEMA);
    this.#database = database;
    this.changedElsewhere();
  }

  async stop(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
  }

  /** Whether another process has written since the last call. */
  changedElsewhere(): boolean {
    const version = Number(this.#open().prepare('PRAGMA data_version').get()?.['data_version']);
    const isNew = version !== this.#version;
    this.#version = version;
    return isNew;
  }

  devices(): DeviceRecord[] {
    const rows = this.#open().prepare('SELECT record FROM device ORDER BY rowid').all();
    return rows.map((row) => parse(row['record'])).filter((record) => recordCheck.Check(record));
  }

  insert(record: DeviceRecord): void {
    this.#open()
      .prepare('INSERT OR REPLACE INTO device (id, record) VALUES (?, ?)')
      .run(record.id, JSON.stringify(record));
  }

  /** False when the device is no longer there: another process removed it. */
  update(record: DeviceRecord): boolean {
    const { changes } = this.#open()
      .prepare('UPDATE device SET record = ? WHERE id = ?')
      .run(JSON.stringify(record), record.id);
    return Number(changes) > 0;
  }

  /** Forgets a device, what people said of its cameras and the logins of it alone; `keys` are not discovered again. */
  remove(record: DeviceRecord, keys: readonly string[], nowMs: number): void {
    this.#transaction((database) => {
      database.prepare('DELETE FROM device WHERE id = ?').run(record.id);
      database.prepare("DELETE FROM login_set WHERE kind = 'device' AND key = ?").run(record.id);
      database.prepare('DELETE FROM refusal WHERE device_id = ?').run(record.id);
      for (const { cameraId } of record.channels)
        database.prepare('DELETE FROM notes WHERE camera_id = ?').run(cameraId);
      for (const key of keys)
        database
          .prepare('INSERT OR REPLACE INTO removed (key, at_ms) VALUES (?, ?)')
          .run(key, Math.round(nowMs));
      database
        .prepare('DELETE FROM removed WHERE key NOT IN (SELECT key FROM removed ORDER BY at_ms DESC LIMIT ?)')
        .run(REMOVED_LIMIT);
    });
  }

  isRemoved(key: string): boolean {
    return this.#open().prepare('SELECT 1 FROM removed WHERE key = ?').get(key) !== undefined;
  }

  welcomeBack(key: string): void {
    this.#open().prepare('DELETE FROM removed WHERE key = ?').run(key);
  }

  notes(): Map<string, CameraNotes> {
    const rows = this.#open().prepare('SELECT camera_id, notes FROM notes').all();
    const entries = rows.flatMap((row): [string, CameraNotes][] => {
      const notes = parse(row['notes']);
      return notesCheck.Check(notes) ? [[String(row['camera_id']), notes]] : [];
    });
    return new Map(entries);
  }

  setNotes(cameraId: string, notes: CameraNotes): void {
    this.#open()
      .prepare('INSERT OR REPLACE INTO notes (camera_id, notes) VALUES (?, ?)')
      .run(cameraId, JSON.stringify(notes));
  }

  sealedSets(): SealedSet[] {
    const rows = this.#open().prepare('SELECT id, kind, key, sealed, set_at_ms FROM login_set').all();
    return rows.flatMap((row): SealedSet[] => {
      const { id, kind, key, sealed, set_at_ms } = row;
      if (kind !== 'site' && kind !== 'maker' && kind !== 'device') return [];
      if (!(sealed instanceof Uint8Array)) return [];
      return [{ id: String(id), kind, key: String(key), sealed, setAtMs: Number(set_at_ms) }];
    });
  }

  putSealed({ id, kind, key, sealed, setAtMs }: SealedSet): void {
    this.#open()
      .prepare('INSERT OR REPLACE INTO login_set (id, kind, key, sealed, set_at_ms) VALUES (?, ?, ?, ?, ?)')
      .run(id, kind, key, sealed, Math.round(setAtMs));
  }

  dropSealed(id: string): void {
    this.#open().prepare('DELETE FROM login_set WHERE id = ?').run(id);
  }

  refusals(deviceId: string): RefusedLogin[] {
    const rows = this.#open()
      .prepare('SELECT door, set_id, at_ms FROM refusal WHERE device_id = ? ORDER BY rowid')
      .all(deviceId);
    return rows.map((row) => ({
      door: row['door'] === 'rtsp' ? 'rtsp' : 'onvif',
      setId: String(row['set_id']),
      atMs: Number(row['at_ms']),
    }));
  }

  addRefusal(deviceId: string, { door, setId, atMs }: RefusedLogin): void {
    this.#transaction((database) => {
      database
        .prepare('INSERT INTO refusal (device_id, door, set_id, at_ms) VALUES (?, ?, ?, ?)')
        .run(deviceId, door, setId, Math.round(atMs));
      database
        .prepare(
          'DELETE FROM refusal WHERE device_id = ? AND rowid NOT IN (SELECT rowid FROM refusal WHERE device_id = ? ORDER BY rowid DESC LIMIT ?)',
        )
        .run(deviceId, deviceId, REFUSALS_PER_DEVICE);
    });
  }

  clearRefusals(deviceId: string, door?: RefusedLogin['door']): void {
    const database = this.#open();
    if (door === undefined) database.prepare('DELETE FROM refusal WHERE device_id = ?').run(deviceId);
    else database.prepare('DELETE FROM refusal WHERE device_id = ? AND door = ?').run(deviceId, door);
  }

  #open(): DatabaseSync {
    if (!this.#database) throw new Error('RosterStore: start() first');
    return this.#database;
  }

  #transaction(work: (database: DatabaseSync) => void): void {
    const database = this.#open();
    database.exec('BEGIN IMMEDIATE');
    try {
      work(database);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}
