import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../dashboard/web/src/api/problem.ts';
import { captureTimes } from '../../../dashboard/web/src/live/capture-times.ts';
import { edgeAction } from '../../../dashboard/web/src/live/edge.ts';
import { faultOfTicket, retryDelayMs } from '../../../dashboard/web/src/live/live-state.ts';
import { readTextMessage } from '../../../dashboard/web/src/live/media-start.ts';
import { presentationTicksOf, timescaleOf } from '../../../dashboard/web/src/live/mp4-time.ts';

describe('edgeAction', () => {
  test('leaves a position near the edge alone', () => {
    expect(edgeAction([{ start: 0, end: 10 }], 9.8)).toEqual({ rate: 1 });
  });

  test('plays a little faster when it lags by more than some pictures', () => {
    const at25 = (at: number) => edgeAction([{ start: 5, end: 10 }], at, { frameSeconds: 0.04 }).rate;
    expect([at25(9.86), at25(9.84), at25(9.4)]).toEqual([1, 1.05, 1.1]);
    const at5 = (at: number) => edgeAction([{ start: 5, end: 10 }], at, { frameSeconds: 0.2 }).rate;
    expect([at5(9.6), at5(9.54), at5(9.4)]).toEqual([1, 1.05, 1.1]);
  });

  test('goes on catching up until about one picture is left', () => {
    const at25 = (at: number) =>
      edgeAction([{ start: 5, end: 10 }], at, { rate: 1.05, frameSeconds: 0.04 }).rate;
    expect([at25(9.9), at25(9.93)]).toEqual([1.05, 1]);
    const at5 = (at: number) => edgeAction([{ start: 5, end: 10 }], at, { rate: 1.05 }).rate;
    expect([at5(9.7), at5(9.76)]).toEqual([1.05, 1]);
  });

  test('jumps to the edge when it lags by more than 1.5 s', () => {
    expect(edgeAction([{ start: 5, end: 10 }], 8.4).seekTo).toBeCloseTo(9.8);
    expect(edgeAction([{ start: 5, end: 10 }], 8.4, { frameSeconds: 0.04 }).seekTo).toBeCloseTo(9.94);
  });

  test('jumps over a gap into the newest range', () => {
    const action = edgeAction(
      [
        { start: 0, end: 4 },
        { start: 6, end: 6.05 },
      ],
      4,
    );
    expect(action.seekTo).toBe(6);
  });

  test('comes back when it is ahead of everything buffered', () => {
    expect(edgeAction([{ start: 0, end: 10 }], 12).seekTo).toBeCloseTo(9.8);
  });

  test('forgets what lies more than eight seconds behind once fifteen are held', () => {
    expect(edgeAction([{ start: 0, end: 15.9 }], 15.8).trimTo).toBeCloseTo(7.8);
    expect(edgeAction([{ start: 1, end: 15.9 }], 15.8).trimTo).toBeUndefined();
  });

  test('does nothing while nothing is buffered', () => {
    expect(edgeAction([], 0)).toEqual({ rate: 1 });
  });
});

const box = (type: string, ...parts: Uint8Array[]): Uint8Array => {
  const size = 8 + parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, size);
  bytes.set(new TextEncoder().encode(type), 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};
const words = (...values: number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  for (const [index, value] of values.entries()) new DataView(bytes.buffer).setInt32(index * 4, value);
  return bytes;
};

describe('times of an fMP4', () => {
  const init = box('moov', box('mvhd'), box('trak', box('mdia', box('mdhd', words(0, 0, 0, 90_000, 0)))));

  test('reads the timescale of both versions of mdhd', () => {
    expect(timescaleOf(init)).toBe(90_000);
    const long = box(
      'moov',
      box('trak', box('mdia', box('mdhd', words(0x0100_0000, 0, 0, 0, 0, 12_800, 0)))),
    );
    expect(timescaleOf(long)).toBe(12_800);
    expect(timescaleOf(new Uint8Array([1, 2, 3]))).toBeNull();
  });

  test('reads decode time plus composition offset', () => {
    const fragment = (tfdt: Uint8Array, trun: Uint8Array) =>
      box('moof', box('mfhd', words(0, 1)), box('traf', box('tfdt', tfdt), box('trun', trun)));
    const plain = words(0x701, 1, 100, 3000, 4000, 0);
    expect(presentationTicksOf(fragment(words(0, 777), plain))).toBe(777);
    expect(presentationTicksOf(fragment(words(0x0100_0000, 1, 0), plain))).toBe(2 ** 32);
    const shifted = words(0x0100_0f01, 1, 100, 3000, 4000, 0, -1500);
    expect(presentationTicksOf(fragment(words(0, 9000), shifted))).toBe(7500);
    expect(presentationTicksOf(box('mdat'))).toBeNull();
  });
});

describe('captureTimes', () => {
  test('gives the capture time of the picture at a media time and nothing for one it does not know', () => {
    const times = captureTimes(2);
    times.add(1, 1000);
    times.add(1.1, 1100);
    expect(times.at(1.101)).toBe(1100);
    expect(times.at(1.05)).toBeNull();
    times.add(1.2, 1200);
    expect(times.at(1)).toBeNull();
  });
});

describe('readTextMessage', () => {
  const start = { kind: 'start', codec: 'h264', mimeCodec: 'avc1.640028', width: 768, height: 576 };

  test('reads the start of a stream and an error', () => {
    expect(readTextMessage(JSON.stringify({ ...start, extra: 1 }))).toEqual(start);
    expect(readTextMessage('{"kind":"error","code":"camera-unavailable"}')).toEqual({
      kind: 'error',
      code: 'camera-unavailable',
    });
  });

  test.each([
    '{',
    '[]',
    'null',
    '{"kind":"other"}',
    JSON.stringify({ ...start, codec: 'vp8' }),
    JSON.stringify({ ...start, mimeCodec: 'avc1"; x' }),
    JSON.stringify({ ...start, width: 0 }),
  ])('refuses %s', (text) => {
    expect(readTextMessage(text)).toBeNull();
  });
});

describe('what a refused ticket means', () => {
  const refused = (status: number) => faultOfTicket(new ProblemError(status, { code: 'x', message: 'x' }));

  test('a missing right or camera is final, the rest is tried again', () => {
    expect(refused(403)).toEqual({ cause: 'forbidden', isFinal: true });
    expect(refused(404)).toEqual({ cause: 'camera-gone', isFinal: true });
    expect(refused(503)).toEqual({ cause: 'camera-unavailable', isFinal: false });
    expect(refused(0)).toEqual({ cause: 'no-answer', isFinal: false });
    expect(refused(429)).toEqual({ cause: 'ticket-refused', isFinal: false });
  });

  test('waits twice as long after each failure, at most 15 s and a fifth', () => {
    expect([0, 1, 2, 3, 4, 9].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
      1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(retryDelayMs(30, 1)).toBe(18_000);
  });
});
