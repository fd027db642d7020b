import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Receipt } from '@pingan/models/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { Outbox } from '../../../gateway/src/outbox/outbox.ts';
import { anEvent } from '../../support/events.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pingan-outbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(name = 'outbox.db'): Outbox {
  const outbox = new Outbox({ path: join(folder, name), clock: systemClock, log: silentLogger });
  outbox.start();
  return outbox;
}

const receiptFor = (
  outbox: Outbox,
  ranges: [number, number][],
  rejected: Receipt['rejected'] = [],
): Receipt => ({
  gatewayId: 'gw-test',
  outboxId: outbox.outboxId,
  ranges,
  rejected,
  at: new Date().toISOString(),
});

describe('outbox', () => {
  test('keeps events over a restart, in order, with the same places', async () => {
    const before = opened();
    const events = [anEvent(), anEvent(), anEvent()];
    const places = await Promise.all(events.map((event) => before.append(event)));
    await before.stop();
    const after = opened();
    const rows = after.pendingAfter(0, 100, 1e9);
    expect(rows.map(({ event }) => event)).toEqual(events);
    expect(rows.map(({ delivery }) => delivery)).toEqual(places);
    await after.stop();
  });

  test('stores an event id once and answers with its first place', async () => {
    const outbox = opened();
    const event = anEvent();
    const [first, second] = await Promise.all([outbox.append(event), outbox.append(event)]);
    expect(second).toEqual(first);
    expect(outbox.stats().pending).toBe(1);
    await outbox.stop();
  });

  test('lets a row go only by a receipt of this very outbox', async () => {
    const outbox = opened();
    await Promise.all([anEvent(), anEvent(), anEvent()].map((event) => outbox.append(event)));
    expect(outbox.settle({ ...receiptFor(outbox, [[1, 3]]), outboxId: anEvent().bootId })).toBe(0);
    expect(outbox.settle(receiptFor(outbox, [[1, 2]]))).toBe(2);
    expect(outbox.settle(receiptFor(outbox, [[1, 2]]))).toBe(0);
    expect(outbox.pendingAfter(0, 10, 1e9).map(({ delivery }) => delivery.sequence)).toEqual([3]);
    await outbox.stop();
  });

  test('never uses a sequence number twice, also when all rows are gone', async () => {
    const first = opened();
    await first.append(anEvent());
    first.settle(receiptFor(first, [[1, 1]]));
    await first.stop();
    const second = opened();
    expect((await second.append(anEvent())).sequence).toBe(2);
    await second.stop();
  });

  test('moves what the centre refuses for good to the dead letters', async () => {
    const outbox = opened();
    const event = anEvent();
    const { sequence } = await outbox.append(event);
    outbox.settle(receiptFor(outbox, [], [{ sequence, reason: '/severity: too big' }]));
    expect(outbox.stats()).toMatchObject({ pending: 0, deadLetters: 1 });
    expect(outbox.deadLetters()).toMatchObject([{ eventId: event.id, reason: '/severity: too big' }]);
    await outbox.stop();
  });

  test('moves a damaged file aside and goes on with a new one under a new name', async () => {
    writeFileSync(
      join(folder, 'outbox.db'),
      'this is no database at all, but long enough to be looked at'.repeat(50),
    );
    const outbox = opened();
    expect(await outbox.append(anEvent())).toMatchObject({ sequence: 1 });
    expect(readdirSync(folder).some((name) => name.startsWith('outbox.db.damaged-'))).toBe(true);
    await outbox.stop();
  });

  test('bounds a read by rows and by bytes, and always gives at least one row', async () => {
    const outbox = opened();
    await Promise.all(Array.from({ length: 10 }, () => outbox.append(anEvent())));
    expect(outbox.pendingAfter(0, 4, 1e9)).toHaveLength(4);
    expect(outbox.pendingAfter(0, 10, 1)).toHaveLength(1);
    expect(outbox.pendingAfter(8, 10, 1e9).map(({ delivery }) => delivery.sequence)).toEqual([9, 10]);
    await outbox.stop();
  });

  test('tells who waits for new events', async () => {
    const outbox = opened();
    let told = 0;
    const end = outbox.onAppended(() => {
      told += 1;
    });
    await outbox.append(anEvent());
    end();
    await outbox.append(anEvent());
    expect(told).toBe(1);
    await outbox.stop();
  });

  test('knows after a restart which alarms are open, by the transaction that kept their events', async () => {
    const before = opened();
    const raised = [anEvent(), anEvent(), anEvent()];
    const [first, second] = raised;
    const { id: _id, ...told } = anEvent({ alarmId: first?.id ?? '', phase: 'cleared' });
    await Promise.all(raised.map((event) => before.append(event)));
    await before.append({ ...told, id: anEvent().id });
    await before.append(anEvent({ alarmId: second?.id ?? '', phase: 'updated' }));
    await before.stop();
    const after = opened();
    expect(after.openAlarms()).toEqual(raised.slice(1));
    await after.stop();
  });

  test('keeps an alarm open when the disk refuses the event that clears it', async () => {
    const outbox = opened();
    const raised = anEvent();
    await outbox.append(raised);
    const blocker = new DatabaseSync(join(folder, 'outbox.db'));
    blocker.exec('BEGIN IMMEDIATE');
    const clearing = outbox.append(anEvent({ alarmId: raised.id, phase: 'cleared' }));
    await expect.poll(() => outbox.stats().blocked, { timeout: 10_000 }).toBe(true);
    expect(outbox.openAlarms()).toEqual([raised]);
    blocker.exec('ROLLBACK');
    blocker.close();
    await clearing;
    expect(outbox.openAlarms()).toEqual([]);
    await outbox.stop();
  });

  test('refuses to append before it is open and after it is closed', async () => {
    const outbox = new Outbox({ path: join(folder, 'x.db'), clock: systemClock, log: silentLogger });
    await expect(outbox.append(anEvent())).rejects.toThrow(/not open/);
    outbox.start();
    await outbox.stop();
    await outbox.stop();
    await expect(outbox.append(anEvent())).rejects.toThrow(/not open/);
  });

  test('whatever is appended and receipted, what is left is exactly what was not receipted', async () => {
    let run = 0;
    const steps = fc.array(
      fc.oneof(fc.constant('append' as const), fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(5))),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        run += 1;
        const outbox = opened(`model-${run}.db`);
        const model = new Set<number>();
        for (const step of script) {
          if (step === 'append') model.add((await outbox.append(anEvent())).sequence);
          else {
            const [from, length] = step;
            outbox.settle(receiptFor(outbox, [[from, from + length]]));
            for (let n = from; n <= from + length; n += 1) model.delete(n);
          }
        }
        const left = outbox.pendingAfter(0, 1000, 1e9).map(({ delivery }) => delivery.sequence);
        await outbox.stop();
        expect(left).toEqual([...model]);
      }),
      { numRuns: 30 },
    );
  });
});
