import type { Receipt } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventWindow, type WindowRow } from '../../../gateway/src/uplink/event-window.ts';
import { anEvent } from '../../support/events.ts';

const OUTBOX = anEvent().bootId;
const options = {
  maxInFlight: 6,
  maxInFlightBytes: 1000,
  maxBatchRows: 4,
  maxBatchBytes: 1e6,
  resendAfterMs: 10_000,
};

/** An outbox in memory. */
class FakeQueue {
  readonly rows = new Map<number, WindowRow>();
  constructor(count: number, bytes = 10) {
    for (let sequence = 1; sequence <= count; sequence += 1)
      this.rows.set(sequence, { delivery: { sequence }, bytes });
  }
  pendingAfter(sequence: number, maxRows: number) {
    return [...this.rows.values()].filter(({ delivery }) => delivery.sequence > sequence).slice(0, maxRows);
  }
  settle(receipt: Receipt) {
    const before = this.rows.size;
    for (const [from, to] of receipt.ranges) for (let n = from; n <= to; n += 1) this.rows.delete(n);
    for (const { sequence } of receipt.rejected) this.rows.delete(sequence);
    return before - this.rows.size;
  }
}

const receipt = (ranges: [number, number][], rejected: Receipt['rejected'] = []): Receipt => ({
  gatewayId: 'gw-test',
  outboxId: OUTBOX,
  ranges,
  rejected,
  at: new Date().toISOString(),
});
const sequences = (rows: WindowRow[]) => rows.map(({ delivery }) => delivery.sequence);

describe('event window', () => {
  test('sends in order until it is full and goes on when receipts make room', () => {
    const window = new EventWindow(new FakeQueue(10), options);
    expect(sequences(window.next(0))).toEqual([1, 2, 3, 4]);
    expect(sequences(window.next(0))).toEqual([5, 6]);
    expect(window.next(0)).toEqual([]);
    expect(window.onReceipt(receipt([[1, 3]]), 1)).toBe(3);
    expect(sequences(window.next(1))).toEqual([7, 8, 9]);
  });

  test('is full by bytes too', () => {
    const window = new EventWindow(new FakeQueue(10, 600), { ...options, maxBatchRows: 1 });
    expect(sequences(window.next(0))).toEqual([1]);
    expect(sequences(window.next(0))).toEqual([2]);
    expect(window.next(0)).toEqual([]);
    window.onReceipt(receipt([[1, 1]]), 1);
    expect(sequences(window.next(1))).toEqual([3]);
  });

  test('sends again from the first row without a receipt after a reconnect', () => {
    const window = new EventWindow(new FakeQueue(5), options);
    window.next(0);
    window.onReceipt(
      receipt([
        [1, 1],
        [3, 3],
      ]),
      1,
    );
    window.rewind(2);
    expect(sequences(window.next(2))).toEqual([2, 4, 5]);
  });

  test('sends again when receipts stay away, and not before', () => {
    const window = new EventWindow(new FakeQueue(2), options);
    window.next(0);
    expect(window.rewindIfQuiet(9_999)).toBe(false);
    expect(window.rewindIfQuiet(10_000)).toBe(true);
    expect(sequences(window.next(10_000))).toEqual([1, 2]);
  });

  test('a refused row leaves the window', () => {
    const window = new EventWindow(new FakeQueue(2), options);
    window.next(0);
    window.onReceipt(receipt([], [{ sequence: 1, reason: 'bad' }]), 1);
    expect(window.inFlight).toBe(1);
  });

  test('whatever is lost on the way, every row is sent until it is settled, and memory is bounded', () => {
    const steps = fc.array(fc.oneof(fc.constant('send'), fc.constant('cut'), fc.nat(20)), {
      minLength: 5,
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (script) => {
        const queue = new FakeQueue(20);
        const window = new EventWindow(queue, options);
        for (const step of script) {
          if (step === 'send') window.next(0);
          else if (step === 'cut') window.rewind(0);
          else window.onReceipt(receipt([[Number(step), Number(step)]]), 0);
          expect(window.inFlight).toBeLessThanOrEqual(options.maxInFlight);
        }
        for (let round = 0; queue.rows.size > 0 && round < 100; round += 1) {
          window.rewind(0);
          for (const sequence of sequences(window.next(0)))
            window.onReceipt(receipt([[sequence, sequence]]), 0);
        }
        expect(queue.rows.size).toBe(0);
      }),
    );
  });
});
