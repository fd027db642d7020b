import { describe, expect, test } from 'vitest';
import { PacketMeter } from '../../../gateway/src/health/packet-meter.ts';
import type { PacketFacts } from '../../../gateway/src/pipeline.ts';

type Rates = {
  fps?: number;
  loss?: number;
  corrupt?: number;
  jitterMs?: number;
  clockOffsetMs?: number;
  jumps?: number;
  announcedFps?: number;
};

/** A stream of a hundred packets a second, measured once a second. */
function stream() {
  const meter = new PacketMeter();
  let nowMs = 0;
  let facts: PacketFacts = {
    packets: 0,
    bytes: 0,
    lost: 0,
    reordered: 0,
    jitterMs: 1,
    accessUnits: 0,
    keyUnits: 0,
    corruptUnits: 0,
    timestampJumps: 0,
    gopLength: 50,
    clockOffsetMs: 20,
  };
  return {
    meter,
    play(seconds: number, rates: Rates = {}) {
      const { fps = 25, loss = 0, corrupt = 0, jitterMs = 1, clockOffsetMs = 20, jumps = 0 } = rates;
      for (let second = 0; second < seconds; second++) {
        nowMs += 1000;
        facts = {
          ...facts,
          ...(rates.announcedFps === undefined ? {} : { announcedFps: rates.announcedFps }),
          packets: facts.packets + 100,
          bytes: facts.bytes + 100_000,
          lost: facts.lost + loss,
          accessUnits: facts.accessUnits + fps,
          corruptUnits: facts.corruptUnits + corrupt,
          timestampJumps: facts.timestampJumps + jumps,
          jitterMs,
          clockOffsetMs,
        };
        meter.observe(facts, nowMs);
      }
      return meter.health;
    },
  };
}

describe('packet meter', () => {
  test('says nothing before a whole window, and no finding of a stream that is well', () => {
    const { play } = stream();
    expect(play(5)).toBeUndefined();
    expect(play(60)).toMatchObject({ fps: 25, bitrateKbps: 800, findings: [] });
  });

  test.each([
    ['low-frame-rate', { fps: 10 }],
    ['packet-loss', { loss: 3 }],
    ['jitter', { jitterMs: 500 }],
    ['timestamp-jumps', { jumps: 1 }],
    ['incomplete-frames', { corrupt: 2 }],
    ['clock-wrong', { clockOffsetMs: -8_000 }],
  ] as const)('finds %s after three bad windows, and takes it back', (finding, rates) => {
    const { play } = stream();
    play(61);
    expect(play(10, rates)?.findings).toEqual([]);
    expect(play(10, rates)?.findings).toEqual([finding]);
    expect(play(20)?.findings).toEqual([]);
  });

  test('expects the announced rate, but learns better of a camera that never keeps to it', () => {
    expect(stream().play(10, { announcedFps: 25 })?.expectedFps).toBe(25);
    expect(stream().play(60, { fps: 24, announcedFps: 25 })?.expectedFps).toBe(25);
    const slow = stream().play(60, { fps: 12, announcedFps: 25 });
    expect(slow).toMatchObject({ expectedFps: 12, findings: [] });
  });

  test('forgets the window, not what it learned, when the session ends', () => {
    const { meter, play } = stream();
    play(60);
    meter.observe(null, 61_000);
    expect(meter.health).toBeUndefined();
    expect(play(10)).toMatchObject({ fps: 25, expectedFps: 25 });
  });
});
