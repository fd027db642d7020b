import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toRanges } from '@pingan/models/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { Outbox } from '../../../gateway/src/outbox/outbox.ts';
import { type Ledger, type LedgerRow, prepareLedger, readLedger } from '../../crash/ledger.ts';
import { planKills } from '../../crash/plan.ts';
import { isClean, judge } from '../../crash/verdict.ts';
import { anEvent } from '../../support/events.ts';

const row = (sequence: number, phase = 'raised'): LedgerRow => ({
  sequence,
  eventId: `event-${sequence}`,
  alarmId: `alarm-${sequence}`,
  phase,
});
const ledgerOf = (...rows: LedgerRow[]): Ledger => ({ rows, highest: rows.length, pending: 0, refused: 0 });
const ROWS = [row(1), row(2), row(3)];
const CENTRE = { events: ROWS, open: [], unraised: [] };

describe('verdict', () => {
  test('is clean when both books say the same', () => {
    const verdict = judge(ledgerOf(...ROWS), CENTRE);
    expect(verdict).toMatchObject({ accepted: 3, lost: 0, duplicates: 0 });
    expect(isClean(verdict)).toBe(true);
  });

  test.each([
    ['an event the centre does not have', { events: ROWS.slice(1) }, { lost: 1 }],
    ['an event the centre has twice', { events: [...ROWS, row(2)] }, { duplicates: 1 }],
    [
      'an alarm raised twice',
      { events: [...ROWS.slice(1), { ...row(1), alarmId: 'alarm-2' }] },
      { duplicates: 1, lost: 0 },
    ],
    ['an event that nobody committed', { events: [...ROWS, row(4)] }, { unknown: 1 }],
    ['an alarm left open', { open: ['alarm-1'] }, { stuckAlarms: 1 }],
    ['an alarm that never began', { unraised: ['alarm-1'] }, { unraisedAlarms: 1 }],
  ])('counts %s', (_what, fault, expected) => {
    const verdict = judge(ledgerOf(...ROWS), { ...CENTRE, ...fault });
    expect(verdict).toMatchObject(expected);
    expect(isClean(verdict)).toBe(false);
  });

  test('counts a sequence number that was given and is in no book', () => {
    expect(judge({ ...ledgerOf(...ROWS), highest: 4 }, CENTRE)).toMatchObject({ lost: 1 });
  });
});

describe('ledger', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pingan-ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('keeps every event that the outbox has committed, also when its row is gone', async () => {
    const path = join(folder, 'outbox.db');
    prepareLedger(path);
    const outbox = new Outbox({ path, clock: systemClock, log: silentLogger });
    outbox.start();
    const events = [anEvent(), anEvent(), anEvent()];
    const places = await Promise.all(events.map((event) => outbox.append(event)));
    outbox.settle({
      gatewayId: 'gw-test',
      outboxId: outbox.outboxId,
      ranges: toRanges(places.map(({ sequence }) => sequence)),
      rejected: [],
      at: new Date().toISOString(),
    });
    await outbox.stop();
    const ledger = readLedger(path);
    expect(ledger).toMatchObject({ highest: 3, pending: 0, refused: 0 });
    expect(ledger.rows.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id));
  });
});

describe('plan', () => {
  test('is the same for the same seed and has as many kills of each as were asked for', () => {
    const plan = planKills({ kills: 20, targets: 'all', seed: 5 });
    expect(planKills({ kills: 20, targets: 'all', seed: 5 })).toEqual(plan);
    expect(planKills({ kills: 20, targets: 'all', seed: 6 })).not.toEqual(plan);
    expect(plan.filter(({ target }) => target === 'centre')).toHaveLength(20);
    expect(plan).toHaveLength(40);
    for (const { target, afterMs, withDatabase } of plan) {
      expect(afterMs).toBeGreaterThanOrEqual(500);
      expect(afterMs).toBeLessThanOrEqual(2000);
      expect(withDatabase && target === 'gateway').toBe(false);
    }
  });
});
