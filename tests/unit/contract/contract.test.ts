import { randomBytes } from 'node:crypto';
import {
  type CloudEvent,
  CloudEventSchema,
  CommandSchema,
  ContractError,
  composeDeviceCode,
  decodeMedia,
  decoderOf,
  EVENT_KINDS,
  EVENT_TYPES,
  encodeMedia,
  envelopeMismatch,
  type MediaKind,
  parseTopic,
  ReceiptSchema,
  type SafetyEvent,
  SafetyEventSchema,
  toCloudEvent,
  topicOf,
  toRanges,
  upFilter,
  uuidV7,
} from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anEvent } from '../../support/events.ts';

const events = decoderOf(SafetyEventSchema);
const unit = fc.double({ min: 0, max: 1, noNaN: true });

const eventArbitrary: fc.Arbitrary<SafetyEvent> = fc
  .record({
    type: fc.constantFrom(...EVENT_TYPES),
    phase: fc.constantFrom('raised' as const, 'updated' as const, 'cleared' as const),
    severity: fc.integer({ min: 1, max: 4 }),
    name: fc.string({ unit: 'grapheme', maxLength: 40 }),
    at: fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
    box: fc.tuple(unit, unit, unit, unit),
    dwellSeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
    offsetMs: fc.option(fc.double({ min: -1e12, max: 1e12, noNaN: true })),
  })
  .map(({ name, at, box, dwellSeconds, offsetMs, ...rest }) =>
    anEvent({
      ...rest,
      occurredAt: at.toISOString(),
      origin: { kind: 'camera', id: 'cam-1', name },
      clock: { trusted: offsetMs !== null, offsetMs },
      detail: { track: { id: 1, label: 'person', confidence: 0.5, box, dwellSeconds } },
    }),
  );

function pathOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ContractError) return error.path;
    throw error;
  }
  throw new Error('was not refused');
}

describe('events', () => {
  test('survive encoding and decoding', () => {
    fc.assert(
      fc.property(eventArbitrary, (event) => {
        const text = JSON.stringify(event);
        expect(JSON.stringify(events.decode(Buffer.from(text)))).toBe(text);
      }),
    );
  });

  test('tolerate fields that a newer version added', () => {
    const newer = { ...anEvent(), colour: 'red', origin: { ...anEvent().origin, floor: 3 } };
    expect(events.decode(JSON.stringify(newer))).toMatchObject({ colour: 'red' });
  });

  test.each([
    ['/severity', { severity: 5 }],
    ['/severity', { severity: 1.5 }],
    ['/type', { type: 'face-match' }],
    ['/id', { id: 'not-a-uuid' }],
    ['/occurredAt', { occurredAt: 'yesterday' }],
    ['/origin/code', { origin: { ...anEvent().origin, code: '123' } }],
    [
      '/detail/track/box/2',
      { detail: { track: { id: 1, label: 'person', confidence: 1, box: [0, 0, 1.2, 1], dwellSeconds: 0 } } },
    ],
    ['/gatewayId', { gatewayId: 'gw/../other' }],
  ])('are refused with the path %s', (path, wrong) => {
    expect(pathOf(() => events.parse({ ...anEvent(), ...wrong }))).toBe(path);
  });

  test('name the missing field', () => {
    const { severity: _, ...rest } = anEvent();
    expect(() => events.parse(rest)).toThrow(/severity/);
  });

  test('that are no JSON or no UTF-8 are refused, not thrown about', () => {
    expect(() => events.decode('{')).toThrow(ContractError);
    expect(() => events.decode(Uint8Array.of(0xff, 0xfe))).toThrow(ContractError);
  });
});

describe('envelopes', () => {
  const wrap = (event: SafetyEvent): CloudEvent =>
    toCloudEvent(event, { outboxId: event.bootId, sequence: 1 });

  test('keep the schema and agree with their event', () => {
    fc.assert(
      fc.property(eventArbitrary, (event) => {
        const envelope = decoderOf(CloudEventSchema).parse(wrap(event));
        expect(envelopeMismatch(envelope)).toBeNull();
      }),
    );
  });

  test('that say another id than their event are noticed', () => {
    expect(envelopeMismatch({ ...wrap(anEvent()), id: anEvent().id })).toBe('id');
    expect(envelopeMismatch({ ...wrap(anEvent()), source: '/gateways/other' })).toBe('source');
  });
});

describe('topics', () => {
  test('are read back as written', () => {
    expect(parseTopic(topicOf('gw-1', 'event'))).toEqual({ gatewayId: 'gw-1', channel: 'event' });
    expect(parseTopic(topicOf('gw-1', 'cmd', 'live.start'))).toEqual({
      gatewayId: 'gw-1',
      channel: 'cmd',
      command: 'live.start',
    });
    expect(upFilter('event')).toBe('pingan/v1/+/event');
  });

  test.each([
    'pingan/v2/gw-1/event',
    'pingan/v1/gw-1/nothing',
    'pingan/v1/gw-1/event/more',
    'pingan/v1/gw-1/cmd',
    'pingan/v1/#/event',
    '',
  ])('of others are none of ours: %s', (topic) => {
    expect(parseTopic(topic)).toBeNull();
  });

  test('refuse an id that would widen a filter', () => {
    for (const id of ['+', '#', 'a/b', '', '../x']) expect(() => topicOf(id, 'event')).toThrow(RangeError);
  });
});

describe('ids and codes', () => {
  test('version 7 ids sort by time of birth', () => {
    const ids = [1, 2, 1_000, 1_700_000_000_000, 2 ** 48 - 1].map((ms) => uuidV7(ms, randomBytes(10)));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(() => uuidV7(-1, randomBytes(10))).toThrow(RangeError);
    expect(() => uuidV7(1, randomBytes(3))).toThrow(RangeError);
  });

  test('device codes have twenty digits and name the part at fault', () => {
    const parts = {
      centre: '44030600',
      industry: '01',
      type: 'networkCamera',
      network: '7',
      serial: 42,
    } as const;
    expect(composeDeviceCode(parts)).toBe('44030600011327000042');
    expect(() => composeDeviceCode({ ...parts, centre: '4403' })).toThrow(/centre/);
    expect(() => composeDeviceCode({ ...parts, industry: '1' })).toThrow(/industry/);
    expect(() => composeDeviceCode({ ...parts, network: 'x' })).toThrow(/network/);
    expect(() => composeDeviceCode({ ...parts, serial: 1_000_000 })).toThrow(/serial/);
  });

  test('every event kind names its Chinese and English term and its GB/T 28181 method', () => {
    for (const type of EVENT_TYPES) {
      const kind = EVENT_KINDS[type];
      expect(kind.zh).toMatch(/[一-鿿]/);
      expect(kind.en).toMatch(/^[A-Z]/);
      expect([2, 5, 6, 7]).toContain(kind.gb.method);
    }
  });
});

describe('receipts', () => {
  test('ranges hold exactly the numbers that went in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 })), (sequences) => {
        const ranges = toRanges(sequences);
        const back = ranges.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect(back).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        for (const [index, range] of ranges.entries()) {
          const next = ranges[index + 1];
          if (next) expect(next[0]).toBeGreaterThan(range[1] + 1);
        }
      }),
    );
  });

  test('keep the schema', () => {
    const receipt = {
      gatewayId: 'gw-1',
      outboxId: anEvent().bootId,
      ranges: toRanges([1, 2, 5]),
      rejected: [],
      at: new Date().toISOString(),
    };
    expect(decoderOf(ReceiptSchema).parse(receipt)).toEqual(receipt);
    expect(pathOf(() => decoderOf(ReceiptSchema).parse({ ...receipt, ranges: [[0, 1]] }))).toBe(
      '/ranges/0/0',
    );
  });
});

test('a command of another name than its arguments is refused', () => {
  const at = new Date().toISOString();
  const command = {
    id: anEvent().id,
    gatewayId: 'gw-1',
    sequence: 1,
    issuedAt: at,
    expiresAt: at,
    name: 'live.start',
    arguments: { cameraId: 'c' },
  };
  expect(() => decoderOf(CommandSchema).parse(command)).toThrow(ContractError);
});

describe('media frames', () => {
  test('survive framing', () => {
    const kinds = fc.constantFrom<MediaKind>('init', 'key', 'delta');
    fc.assert(
      fc.property(
        kinds,
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        (kind, capturedAtMs, segment) => {
          expect(decodeMedia(encodeMedia(kind, capturedAtMs, segment))).toEqual({
            kind,
            capturedAtMs,
            segment,
          });
        },
      ),
    );
  });

  test('that are too short, of unknown kind or without a time are none', () => {
    expect(decodeMedia(Uint8Array.of(1))).toBeNull();
    const frame = encodeMedia('key', 1, Uint8Array.of(1));
    frame[0] = 9;
    expect(decodeMedia(frame)).toBeNull();
    expect(decodeMedia(encodeMedia('key', Number.NaN, Uint8Array.of(1)))).toBeNull();
  });
});
