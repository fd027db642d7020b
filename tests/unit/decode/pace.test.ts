import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Awaited } from '../../../gateway/src/decode/awaited.ts';
import { isDisposable } from '../../../gateway/src/decode/disposable.ts';
import { markedArguments } from '../../../gateway/src/decode/ffmpeg-arguments.ts';
import { CLUSTER_REACH_TICKS, cluster } from '../../../gateway/src/decode/matroska.ts';
import { Sampler } from '../../../gateway/src/decode/sampler.ts';
import { UnitBatch } from '../../../gateway/src/decode/unit-batch.ts';

const TICKS = 10_000;
const pace = (picturesPerSecond: number, keyframesOnly = false) => ({ picturesPerSecond, keyframesOnly });

/** How many of a second's pictures are taken, from second to second. */
function takenPerSecond(
  sampler: Sampler,
  { fps, seconds, from = 3 }: { fps: number; seconds: number; from?: number },
) {
  return Array.from({ length: seconds }, (_, second) => {
    let taken = 0;
    for (let frame = 0; frame < fps; frame += 1) {
      const ticks = Math.round((from + second + frame / fps) * TICKS);
      if (sampler.takes(ticks, frame === 0)) taken += 1;
    }
    return taken;
  });
}

describe('sampler', () => {
  test('takes five pictures of each second, whatever the stream brings', () => {
    for (const fps of [10, 15, 25, 30]) {
      expect(takenPerSecond(new Sampler(pace(5), TICKS), { fps, seconds: 4 })).toEqual([5, 5, 5, 5]);
    }
    expect(takenPerSecond(new Sampler(pace(5), TICKS), { fps: 3, seconds: 2 })).toEqual([3, 3]);
  });

  test('changes its pace without a pause', () => {
    const sampler = new Sampler(pace(5), TICKS);
    expect(takenPerSecond(sampler, { fps: 25, seconds: 1, from: 3 })).toEqual([5]);
    sampler.change(pace(2));
    expect(takenPerSecond(sampler, { fps: 25, seconds: 2, from: 4 })).toEqual([2, 2]);
    sampler.change(pace(5, true));
    expect(takenPerSecond(sampler, { fps: 25, seconds: 2, from: 6 })).toEqual([1, 1]);
  });

  test('takes every picture at the stream’s own rate although B-frames come after what they are shown before', () => {
    const sampler = new Sampler(pace(10), TICKS);
    const shown = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8].map((place) => 30_000 + place * 1000);
    expect(shown.map((ticks) => sampler.takes(ticks, ticks === 30_000))).toEqual(shown.map(() => true));
  });

  test('never takes more than its rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60 }), (rate, fps) => {
        for (const taken of takenPerSecond(new Sampler(pace(rate), TICKS), { fps, seconds: 3 })) {
          expect(taken).toBeLessThanOrEqual(rate);
        }
      }),
    );
  });
});

describe('disposable pictures', () => {
  const nal = (first: number) => Uint8Array.of(first, 0x80);

  test('are those that no other is predicted from', () => {
    expect(isDisposable([nal(0x09), nal(0x01)], 'h264')).toBe(true);
    expect(isDisposable([nal(0x01), nal(0x41)], 'h264')).toBe(false);
    expect(isDisposable([nal(0x65)], 'h264')).toBe(false);
  });

  test('bring no parameter sets, have slices, and are H.264', () => {
    expect(isDisposable([nal(0x67), nal(0x01)], 'h264')).toBe(false);
    expect(isDisposable([nal(0x06)], 'h264')).toBe(false);
    expect(isDisposable([nal(0x00)], 'h265')).toBe(false);
  });
});

describe('cluster', () => {
  test('holds its blocks at their times, with lengths before NAL units', () => {
    const bytes = Buffer.from(
      cluster([
        { ticks: 30_001, key: true, nals: [Uint8Array.of(0x65, 1, 2)] },
        { ticks: 30_400, key: false, nals: [Uint8Array.of(0x41), Uint8Array.of(0x41, 9)] },
      ]),
    );
    expect(bytes.toString('hex')).toBe(
      [
        '1f43b675' + '1000002e' + 'e788' + '0000000000007531',
        'a3' + '1000000b' + '81' + '0000' + '80' + '00000003' + '650102',
        'a3' + '1000000f' + '81' + '018f' + '00' + '00000001' + '41' + '00000002' + '4109',
      ].join(''),
    );
  });
});

describe('batch of units', () => {
  const block = (ticks: number, bytes = 10) => ({ ticks, key: false, nals: [new Uint8Array(bytes)] });

  test('is full by number, by bytes and before a block is out of reach', () => {
    const batch = new UnitBatch();
    expect(batch.isFull(5)).toBe(false);
    for (let index = 0; index < 64; index += 1) batch.add(block(index));
    expect(batch.isFull(64)).toBe(true);
    expect(batch.take()).toHaveLength(64);
    batch.add(block(0, 600_000));
    expect([batch.isFull(1), batch.bytes]).toEqual([true, 600_000]);
    batch.take();
    batch.add(block(100));
    expect([batch.isFull(200), batch.isFull(100 + CLUSTER_REACH_TICKS)]).toEqual([false, true]);
  });
});

describe('awaited pictures', () => {
  test('lag from the oldest that has not come', () => {
    const awaited = new Awaited();
    expect(awaited.lagMs(50)).toBe(0);
    awaited.add(101, 10);
    awaited.add(301, 20);
    expect([awaited.count, awaited.lagMs(50)]).toEqual([2, 40]);
    awaited.came(101);
    expect(awaited.lagMs(50)).toBe(30);
    awaited.came(301);
    expect([awaited.count, awaited.lagMs(99)]).toEqual([0, 0]);
  });
});

describe('arguments for marked pictures', () => {
  test('read Matroska from a pipe and take odd times only', () => {
    const words = markedArguments({ width: 416, height: 224 });
    expect(words.join(' ')).toContain('-f matroska -i pipe:0');
    expect(words[words.indexOf('-vf') + 1]).toContain("select='mod(pts,2)',scale=416:224");
    expect(() => markedArguments({ width: 5, height: 224 })).toThrow('side is 5');
  });
});
