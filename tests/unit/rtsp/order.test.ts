import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReorderWindow } from '../../../gateway/src/rtsp/reorder-window.ts';
import { formatReceiverReport, parseSenderReport } from '../../../gateway/src/rtsp/rtcp.ts';
import { parseRtp } from '../../../gateway/src/rtsp/rtp-packet.ts';
import { SequenceUnwrapper } from '../../../gateway/src/rtsp/sequence.ts';
import { JitterMeter, RtpTimeline } from '../../../gateway/src/rtsp/timeline.ts';

describe('SequenceUnwrapper', () => {
  test('follows any stream whose steps are small, over many wraps', () => {
    const steps = fc.array(fc.integer({ min: -90, max: 2_900 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), steps, (first, deltas) => {
        const unwrapper = new SequenceUnwrapper();
        let highest = first;
        expect(unwrapper.unwrap(first)).toBe(first);
        for (const delta of deltas) {
          const truth = highest + delta;
          if (truth < 0) continue;
          expect(unwrapper.unwrap(truth & 0xffff)).toBe(truth);
          highest = Math.max(highest, truth);
        }
      }),
    );
  });

  test('drops one wild packet, and believes the second that follows on from it', () => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.unwrap(100);
    expect(unwrapper.unwrap(40_000)).toBeNull();
    expect(unwrapper.unwrap(101)).toBe(101);
    expect(unwrapper.unwrap(50_000)).toBeNull();
    expect(unwrapper.unwrap(50_001)).toBe(102);
    expect(unwrapper.unwrap(50_002)).toBe(103);
  });
});

describe('RtpTimeline', () => {
  test('unwraps 32 bits, with small steps back', () => {
    const steps = fc.array(fc.integer({ min: -90_000, max: 800_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), steps, (first, deltas) => {
        const timeline = new RtpTimeline();
        let truth = first;
        expect(timeline.unwrap(first, 0)).toBe(first);
        for (const delta of deltas) {
          truth += delta;
          expect(timeline.unwrap(((truth % 2 ** 32) + 2 ** 32) % 2 ** 32, 0)).toBe(truth);
        }
        expect(timeline.jumps).toBe(0);
      }),
    );
  });

  test('counts a jump and goes on by the time that passed here', () => {
    const timeline = new RtpTimeline();
    timeline.unwrap(1_000, 500);
    expect(timeline.unwrap(3_000_000_000, 540)).toBe(1_000 + 40 * 90);
    expect(timeline.unwrap(3_000_003_600, 580)).toBe(1_000 + 80 * 90);
    expect(timeline.jumps).toBe(1);
  });
});

describe('JitterMeter', () => {
  test('is zero for an even stream and approaches the deviation of an uneven one', () => {
    const even = new JitterMeter();
    const uneven = new JitterMeter();
    for (let index = 0; index < 400; index++) {
      even.add(index * 3_600, index * 40);
      uneven.add(index * 3_600, index * 40 + (index % 2) * 10);
    }
    expect(even.ms).toBe(0);
    expect(uneven.ms).toBeCloseTo(10, 1);
  });
});

describe('ReorderWindow', () => {
  type Event = { item: number; gap: number };
  const openWindow = (maxPackets: number, maxWaitMs = 100) => {
    const events: Event[] = [];
    return {
      events,
      window: new ReorderWindow<number>({ maxPackets, maxWaitMs }, (item, gap) => events.push({ item, gap })),
    };
  };

  test('restores any order whose disorder fits the window', () => {
    const jitter = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(jitter, (shifts) => {
        const { events, window } = openWindow(16);
        const order = shifts.map((shift, index) => ({ index, at: index + shift }));
        order.sort((a, b) => a.at - b.at || a.index - b.index);
        window.push(-1, -1, 0);
        for (const { index } of order) window.push(index, index, 0);
        expect(events).toEqual([-1, ...shifts.keys()].map((item) => ({ item, gap: 0 })));
      }),
    );
  });

  test('gives up on a missing packet when the window is full', () => {
    const { events, window } = openWindow(2);
    for (const item of [1, 4, 5, 6]) window.push(item, item, 0);
    expect(events).toEqual([
      { item: 1, gap: 0 },
      { item: 4, gap: 2 },
      { item: 5, gap: 0 },
      { item: 6, gap: 0 },
    ]);
  });

  test('gives up on a missing packet after the wait, and drops it when it comes late', () => {
    const { events, window } = openWindow(32, 100);
    window.push(1, 1, 0);
    window.push(3, 3, 10);
    window.push(4, 4, 111);
    window.push(2, 2, 112);
    expect(events.map(({ item }) => item)).toEqual([1, 3, 4]);
  });

  test('with no window a gap is seen at once', () => {
    const { events, window } = openWindow(0);
    window.push(1, 1, 0);
    window.push(3, 3, 0);
    expect(events.at(-1)).toEqual({ item: 3, gap: 1 });
  });
});

describe('RTP header', () => {
  const header = [0x80, 0xe0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];

  test('skips contributing sources, extension and padding', () => {
    const bytes = [0xb1, ...header.slice(1), 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 8, 8, 8, 8, 0x41, 0x42, 0, 2];
    const packet = parseRtp(Uint8Array.from(bytes));
    expect(packet).toMatchObject({ marker: true, payloadType: 96, sequence: 1, timestamp: 2, ssrc: 3 });
    expect([...(packet?.payload ?? [])]).toEqual([0x41, 0x42]);
  });

  test('refuses what does not fit', () => {
    expect(parseRtp(Uint8Array.from(header.slice(0, 11)))).toBeNull();
    expect(parseRtp(Uint8Array.from([0x40, ...header.slice(1)]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0x8f, ...header.slice(1)]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0x90, ...header.slice(1), 0, 0, 0xff, 0xff]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0xa0, ...header.slice(1), 200]))).toBeNull();
  });
});

describe('RTCP', () => {
  const senderReport = (seconds: number) => {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt32BE(0x80c80006, 0);
    bytes.writeUInt32BE(77, 4);
    bytes.writeUInt32BE(seconds, 8);
    bytes.writeUInt32BE(0x80000000, 12);
    return bytes;
  };

  test('reads the wall clock of a sender report behind other packets', () => {
    const unixSeconds = 1_795_000_000;
    const other = Buffer.from([0x80, 0xca, 0, 0]);
    const report = parseSenderReport(Buffer.concat([other, senderReport(unixSeconds + 2_208_988_800)]));
    expect(report).toMatchObject({ ssrc: 77, wallMs: unixSeconds * 1_000 + 500 });
  });

  test('knows a camera without wall clock', () => {
    expect(parseSenderReport(senderReport(123))?.wallMs).toBeNull();
  });

  test('reads any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        parseSenderReport(bytes);
      }),
      { numRuns: 10_000 },
    );
  });

  test('writes a receiver report of sound lengths', () => {
    const bytes = formatReceiverReport({
      ssrc: 1,
      mediaSsrc: 77,
      fractionLost: 0.5,
      lost: 5,
      highestSequence: 70_000,
      jitterTicks: 90,
      compactNtp: 0xabcd1234,
      sinceReportMs: 1_000,
    });
    expect(bytes.readUInt16BE(2)).toBe(7);
    expect(bytes.readUInt8(12)).toBe(128);
    expect(bytes.readUIntBE(13, 3)).toBe(5);
    expect(bytes.readUInt32BE(28)).toBe(65_536);
    expect(bytes.length).toBe(32 + 4 * (bytes.readUInt16BE(34) + 1));
  });
});
