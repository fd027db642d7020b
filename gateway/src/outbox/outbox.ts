import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Delivery, Receipt, SafetyEvent } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { openOutboxDatabase } from './schema.ts';

/** A committed event that waits for its receipt. */
export type OutboxRow = { delivery: Delivery; event: SafetyEvent; bytes: number };
export type DeadLetter = { sequence: number; eventId: string; reason: string; atMs: number };
export type OutboxStats = { pending: number; deadLetters: number; waiting: number; blocked: boolean };

export type OutboxOptions = {
  /** SQLite file. */
  path: string;
  clock: Clock;
  log: Logger;
  /** Events held in memory while the disk refuses them; beyond that `append` rejects. */
  maxWaiting?: number;
  /** Pause before the next try when the disk refused, ms. */
  retryMs?: number;
};

type Waiting = { event: SafetyEvent; resolve: (delivery: Delivery) => void; reject: (error: Error) => void };

/**
 * The durable queue of events. `append` resolves once the event is committed and synced; a row leaves only by a receipt.
 * Appends of one turn of the event loop share a commit. When the disk refuses, events wait in memory and are tried again.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #listeners = new Set<() => void>();
  #database: DatabaseSync | undefined;
  #outboxId = '';
  #waiting: Waiting[] = [];
  #commitSoon: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #blocked = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Opens, checks and if need be quarantines the file. Throws when the folder cannot be written. */
  start(): void {
    if (this.#database) return;
    const { database, quarantined } = openOutboxDatabase(this.#options.path, this.#options.clock.now());
    this.#database = database;
    if (quarantined !== null)
      this.#options.log.error({ quarantined }, 'outbox was damaged: moved aside, a new one begun');
    database.prepare("INSERT OR IGNORE INTO meta (name, value) VALUES ('outbox-id', ?)").run(randomUUID());
    const row = database.prepare("SELECT value FROM meta WHERE name = 'outbox-id'").get();
    this.#outboxId = String(row?.['value']);
  }

  /** Commits what waits and closes. Events that the disk still refuses are rejected. */
  async stop(): Promise<void> {
    if (!this.#database) return;
    clearImmediate(this.#commitSoon);
    clearTimeout(this.#retry);
    this.#commit();
    clearTimeout(this.#retry);
    for (const waiting of this.#waiting.splice(0))
      waiting.reject(new Error('outbox closed before the event was on disk'));
    this.#database.close();
    this.#database = undefined;
  }

  /** Names this outbox file; a new file has a new id, so receipts of an old one cannot hit it. */
  get outboxId(): string {
    return this.#outboxId;
  }

  /** Resolves with the event's place once it is on disk. The same event id is stored once. */
  append(event: SafetyEvent): Promise<Delivery> {
    if (!this.#database) return Promise.reject(new Error('outbox is not open'));
    if (this.#waiting.length >= (this.#options.maxWaiting ?? 10_000)) {
      return Promise.reject(new Error('outbox cannot write to disk and its memory is full: free disk space'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      if (!this.#blocked) this.#commitSoon ??= setImmediate(() => this.#commit());
    });
  }

  /** Rows after a sequence number in order, bounded by count and bytes (at least one row). */
  pendingAfter(sequence: number, maxRows: number, maxBytes: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    let total = 0;
    const found = this.#open()
      .prepare('SELECT sequence, payload FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?')
      .iterate(sequence, maxRows);
    for (const row of found) {
      const payload = String(row['payload']);
      total += payload.length;
      if (rows.length > 0 && total > maxBytes) break;
      const delivery = { outboxId: this.#outboxId, sequence: Number(row['sequence']) };
      rows.push({ delivery, event: JSON.parse(payload), bytes: payload.length });
    }
    return rows;
  }

  /** Takes a receipt: committed rows go, rejected ones become dead letters. Receipts of another outbox are ignored. Returns rows settled. */
  settle(receipt: Receipt): number {
    if (receipt.outboxId !== this.#outboxId) return 0;
    const database = this.#open();
    const remove = database.prepare('DELETE FROM outbox WHERE sequence BETWEEN ? AND ?');
    const bury = database.prepare(
      `INSERT OR IGNORE INTO dead_letters (sequence, event_id, payload, reason, at_ms)
       SELECT sequence, event_id, payload, ?, ? FROM outbox WHERE sequence = ?`,
    );
    let settled = 0;
    this.#transaction(() => {
      for (const { sequence, reason } of receipt.rejected) {
        bury.run(reason, this.#options.clock.now(), sequence);
        settled += Number(remove.run(sequence, sequence).changes);
      }
      for (const [from, to] of receipt.ranges) settled += Number(remove.run(from, to).changes);
    });
    return settled;
  }

  /**
   * The raising events, without snapshots, of all alarms whose clearing event is not committed yet. What is open changes in the
   * transaction that commits the event, so no power cut can part the two.
   */
  openAlarms(): SafetyEvent[] {
    return this.#open()
      .prepare('SELECT raised FROM open_alarms ORDER BY rowid')
      .all()
      .map((row) => JSON.parse(String(row['raised'])));
  }

  /** Whether an event is kept here and not receipted yet. */
  isWaiting(eventId: string): boolean {
    return this.#open().prepare('SELECT 1 FROM outbox WHERE event_id = ?').get(eventId) !== undefined;
  }

  /** Events the centre refused for good, newest first. */
  deadLetters(limit = 100): DeadLetter[] {
    return this.#open()
      .prepare('SELECT sequence, event_id, reason, at_ms FROM dead_letters ORDER BY sequence DESC LIMIT ?')
      .all(limit)
      .map((row) => ({
        sequence: Number(row['sequence']),
        eventId: String(row['event_id']),
        reason: String(row['reason']),
        atMs: Number(row['at_ms']),
      }));
  }

  stats(): OutboxStats {
    const count = (table: string) =>
      Number(this.#open().prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    return {
      pending: count('outbox'),
      deadLetters: count('dead_letters'),
      waiting: this.#waiting.length,
      blocked: this.#blocked,
    };
  }

  /** Called after each commit. Returns the function that ends it. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #open(): DatabaseSync {
    if (!this.#database) throw new Error('outbox is not open');
    return this.#database;
  }

  #transaction(work: () => void): void {
    const database = this.#open();
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // SQLite has already rolled back by itself (disk full, I/O error).
      }
      throw error;
    }
  }

  #commit(): void {
    this.#commitSoon = undefined;
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    const sequences: number[] = [];
    try {
      this.#transaction(() => {
        for (const { event } of batch) sequences.push(this.#insert(event));
      });
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      if (!this.#blocked)
        this.#options.log.error({ error: messageOf(error) }, 'outbox cannot write: events wait in memory');
      this.#blocked = true;
      this.#retry = setTimeout(() => this.#commit(), this.#options.retryMs ?? 1000);
      return;
    }
    if (this.#blocked) this.#options.log.info({ events: batch.length }, 'outbox writes again');
    this.#blocked = false;
    batch.forEach(({ resolve }, index) => {
      resolve({ outboxId: this.#outboxId, sequence: sequences[index] ?? 0 });
    });
    if (this.#waiting.length > 0) this.#commitSoon ??= setImmediate(() => this.#commit());
    for (const listener of this.#listeners) listener();
  }

  #insert(event: SafetyEvent): number {
    const database = this.#open();
    const known = database.prepare('SELECT sequence FROM outbox WHERE event_id = ?').get(event.id);
    if (known) return Number(known['sequence']);
    const inserted = database
      .prepare('INSERT INTO outbox (event_id, payload, created_at_ms) VALUES (?, ?, ?)')
      .run(event.id, JSON.stringify(event), Math.round(this.#options.clock.now()));
    this.#trackAlarm(event);
    return Number(inserted.lastInsertRowid);
  }

  #trackAlarm(event: SafetyEvent): void {
    const database = this.#open();
    if (event.phase === 'cleared')
      database.prepare('DELETE FROM open_alarms WHERE alarm_id = ?').run(event.alarmId);
    else if (event.phase === 'raised') {
      const { snapshot: _snapshot, ...raised } = event;
      database
        .prepare('INSERT OR REPLACE INTO open_alarms (alarm_id, raised) VALUES (?, ?)')
        .run(event.alarmId, JSON.stringify(raised));
    }
  }
}
