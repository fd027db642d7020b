import { randomUUID } from 'node:crypto';
import {
  decoderOf,
  type Receipt,
  ReceiptSchema,
  type SafetyEvent,
  toCloudEvent,
  topicOf,
} from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../dashboard/server/src/base/log.ts';
import { Ingest, type IngestPorts } from '../../../dashboard/server/src/ingest/ingest.ts';
import { receiptsOf } from '../../../dashboard/server/src/ingest/receipts.ts';
import { sanitise } from '../../../dashboard/server/src/ingest/sanitise.ts';
import { anEvent } from '../../support/events.ts';

const receipts = decoderOf(ReceiptSchema);
const outboxId = randomUUID();

function message(...events: SafetyEvent[]) {
  const batch = events.map((event, i) => toCloudEvent(event, { outboxId, sequence: i + 1 }));
  return { topic: topicOf('gw-test', 'event'), payload: Buffer.from(JSON.stringify(batch)) };
}

/** An ingest whose database is a function; waits take no time. */
function ingestOn(writeEvents: IngestPorts['writeEvents'], ports: Partial<IngestPorts> = {}) {
  const sent: Receipt[] = [];
  const order: string[] = [];
  const ingest = new Ingest({
    writeEvents: async (batch, at) => {
      const result = await writeEvents(batch, at);
      order.push('commit');
      return result;
    },
    writeHealth: async () => {},
    writeState: async () => {},
    writeReported: async () => {},
    onReply: () => {},
    sendReceipt: async (_gateway, payload) => {
      order.push('receipt');
      sent.push(receipts.decode(payload));
    },
    onCommitted: () => {},
    count: () => {},
    observeCommit: () => {},
    now: () => 1_000_000,
    sleep: async () => {},
    log: silentLogger,
    ...ports,
  });
  return { ingest, sent, order };
}

const fault = (code: string) => Object.assign(new Error('database'), { code });

describe('ingest', () => {
  test('sends the receipt after the commit', async () => {
    const { ingest, order } = ingestOn(async (batch) => ({ fresh: batch.length }));
    ingest.accept(message(anEvent()));
    await ingest.processAll();
    expect(order).toEqual(['commit', 'receipt']);
  });

  test('tries again while the database does not answer, and receipts once', async () => {
    let failures = 3;
    const { ingest, sent } = ingestOn(async (batch) => {
      failures -= 1;
      if (failures >= 0) throw fault('57P01');
      return { fresh: batch.length };
    });
    ingest.accept(message(anEvent(), anEvent()));
    await ingest.processAll();
    expect(sent).toMatchObject([{ ranges: [[1, 2]], rejected: [] }]);
  });

  test('rejects only the event whose data the database refuses', async () => {
    const poison = anEvent();
    const { ingest, sent } = ingestOn(async (batch) => {
      if (batch.some(({ event }) => event.id === poison.id)) throw fault('22P05');
      return { fresh: batch.length };
    });
    ingest.accept(message(anEvent(), anEvent(), poison, anEvent(), anEvent()));
    await ingest.processAll();
    expect(sent.flatMap(({ ranges }) => ranges)).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(sent.flatMap(({ rejected }) => rejected)).toEqual([
      { sequence: 3, reason: 'the database refused it (22P05)' },
    ]);
  });

  test('neither receipts nor rejects what was not committed when it is stopped', async () => {
    const { ingest, sent } = ingestOn(
      async () => {
        throw fault('57P01');
      },
      {
        sleep: (ms, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(), { once: true });
            if (ms < 100) resolve();
          }),
      },
    );
    ingest.accept(message(anEvent()));
    await ingest.stop();
    expect(sent).toEqual([]);
  }, 10_000);

  test('holds senders back while the database is slow, and lets them go on afterwards', async () => {
    let release: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ingest } = ingestOn(async (batch) => {
      await slow;
      return { fresh: batch.length };
    });
    const many = Array.from({ length: 1500 }, () => anEvent());
    for (let i = 0; i < 5; i += 1) ingest.accept(message(...many));
    let isLetIn = false;
    const room = ingest.whenRoom().then(() => {
      isLetIn = true;
    });
    await Promise.resolve();
    expect(isLetIn).toBe(false);
    release?.();
    await room;
    await ingest.processAll();
    expect(isLetIn).toBe(true);
  });
});

describe('receipts', () => {
  test('are split where the contract wants it, by gateway and outbox', () => {
    const place = (sequence: number) => ({ gatewayId: 'gw-a', delivery: { outboxId, sequence } });
    const scattered = Array.from({ length: 1500 }, (_, i) => place(i * 2 + 1));
    const made = receiptsOf(
      [...scattered, { ...place(1), gatewayId: 'gw-b' }],
      [],
      new Date(0).toISOString(),
    );
    expect(made.map(({ gatewayId, ranges }) => [gatewayId, ranges.length])).toEqual([
      ['gw-a', 1024],
      ['gw-a', 476],
      ['gw-b', 1],
    ]);
    for (const receipt of made) expect(receipts.check(receipt)).toBe(true);
  });
});

describe('sanitise', () => {
  test('mends what no database text can hold and leaves everything else', () => {
    const text = '{"a\\u0000":["x\\ud800y","\\ud83d\\ude00",1,null,true],"b":"\\\\u0000"}';
    expect(sanitise(Buffer.from(text))).toEqual({
      'a\ufffd': ['x\ufffdy', '😀', 1, null, true],
      b: '\\u0000',
    });
  });

  test('refuses what is no UTF-8 or no JSON', () => {
    expect(() => sanitise(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/JSON in UTF-8/);
    expect(() => sanitise(Buffer.from('{'))).toThrow(/JSON in UTF-8/);
  });
});
