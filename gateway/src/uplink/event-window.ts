import type { Receipt } from '@pingan/models/contract';

/** What the window needs of the outbox. */
/** A row as the window sees it: its place and its size in bytes. */
export type WindowRow = { delivery: { sequence: number }; bytes: number };

export type EventQueue<Row extends WindowRow> = {
  pendingAfter(sequence: number, maxRows: number, maxBytes: number): Row[];
  settle(receipt: Receipt): number;
};

export type EventWindowOptions = {
  /** Most rows sent and not yet receipted. */
  maxInFlight: number;
  /** Most bytes sent and not yet receipted (one row may exceed it). */
  maxInFlightBytes: number;
  maxBatchRows: number;
  maxBatchBytes: number;
  /** Without any receipt for so long the window is sent again from its start. */
  resendAfterMs: number;
};

export const DEFAULT_WINDOW: EventWindowOptions = {
  maxInFlight: 1000,
  maxInFlightBytes: 8_000_000,
  maxBatchRows: 100,
  maxBatchBytes: 1_000_000,
  resendAfterMs: 10_000,
};

/**
 * Which rows go next. Rows are sent in order; those sent wait for a receipt and are sent again after a reconnect
 * or when receipts stay away. The centre drops what it has already, so sending twice is safe and sending never is not.
 */
export class EventWindow<Row extends WindowRow> {
  readonly #queue: EventQueue<Row>;
  readonly #options: EventWindowOptions;
  readonly #inFlight = new Map<number, number>();
  #inFlightBytes = 0;
  #cursor = 0;
  #quietSinceMs = 0;

  constructor(queue: EventQueue<Row>, options: EventWindowOptions = DEFAULT_WINDOW) {
    this.#queue = queue;
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** A new connection: whatever was in flight may be lost. */
  rewind(nowMs: number): void {
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    this.#cursor = 0;
    this.#quietSinceMs = nowMs;
  }

  /** The next batch, or an empty one when the window is full or nothing is left. */
  next(nowMs: number): Row[] {
    const { maxInFlight, maxInFlightBytes, maxBatchRows, maxBatchBytes } = this.#options;
    const room = Math.min(maxBatchRows, maxInFlight - this.#inFlight.size);
    if (room <= 0 || this.#inFlightBytes >= maxInFlightBytes) return [];
    const rows = this.#queue.pendingAfter(this.#cursor, room, maxBatchBytes);
    if (rows.length > 0 && this.#inFlight.size === 0) this.#quietSinceMs = nowMs;
    for (const { delivery, bytes } of rows) {
      this.#inFlight.set(delivery.sequence, bytes);
      this.#inFlightBytes += bytes;
      this.#cursor = Math.max(this.#cursor, delivery.sequence);
    }
    return rows;
  }

  /** Settles a receipt. Returns the rows that left the outbox. */
  onReceipt(receipt: Receipt, nowMs: number): number {
    const settled = this.#queue.settle(receipt);
    for (const [sequence, bytes] of this.#inFlight) {
      const done = receipt.ranges.some(([from, to]) => sequence >= from && sequence <= to);
      if (!done && !receipt.rejected.some((one) => one.sequence === sequence)) continue;
      this.#inFlight.delete(sequence);
      this.#inFlightBytes -= bytes;
    }
    this.#quietSinceMs = nowMs;
    return settled;
  }

  /** True once when receipts have stayed away too long: the window is rewound and must be sent again. */
  rewindIfQuiet(nowMs: number): boolean {
    if (this.#inFlight.size === 0 || nowMs - this.#quietSinceMs < this.#options.resendAfterMs) return false;
    this.rewind(nowMs);
    return true;
  }
}
