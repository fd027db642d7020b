import { PacketHealthSchema } from '@pingan/models/contract';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { packetHealth } from '../../../gateway/src/health/packet-health.ts';
import type { PacketFacts } from '../../../gateway/src/pipeline.ts';

const zero: PacketFacts = {
  packets: 0,
  bytes: 0,
  lost: 0,
  reordered: 0,
  jitterMs: 0,
  accessUnits: 0,
  keyUnits: 0,
  corruptUnits: 0,
  timestampJumps: 0,
  gopLength: 0,
  clockOffsetMs: null,
};

describe('packet health', () => {
  test('makes rates of the differences in a window', () => {
    const previous = { ...zero, packets: 1000, bytes: 1_000_000, lost: 5, accessUnits: 100 };
    const facts = {
      ...previous,
      packets: 1950,
      bytes: 2_250_000,
      lost: 55,
      accessUnits: 200,
      gopLength: 50,
      gopMs: 2000,
      corruptUnits: 25,
      timestampJumps: 1,
      reordered: 3,
    };
    expect(packetHealth(previous, { ...facts, jitterMs: 3, clockOffsetMs: -1200 }, 4)).toEqual({
      fps: 25,
      bitrateKbps: 2500,
      gopLength: 50,
      lossRatio: 0.05,
      jitterMs: 3,
      clockOffsetMs: -1200,
      gopSeconds: 2,
      incompleteRatio: 0.25,
      timestampJumps: 1,
      reordered: 3,
    });
  });

  test('counts from zero at the first window and after a new session', () => {
    const facts = { ...zero, packets: 100, bytes: 1000, accessUnits: 20 };
    expect(packetHealth(null, facts, 2).fps).toBe(10);
    expect(packetHealth({ ...zero, packets: 9000, bytes: 9_000_000, accessUnits: 15 }, facts, 2).fps).toBe(
      10,
    );
  });

  test('has no rates and no loss when nothing came or no time passed', () => {
    expect(packetHealth(zero, zero, 5)).toMatchObject({ fps: 0, bitrateKbps: 0, lossRatio: 0 });
    expect(packetHealth(null, { ...zero, accessUnits: 10 }, 0).fps).toBe(0);
  });

  test('calls a window in which everything was lost a loss of one', () => {
    expect(packetHealth(zero, { ...zero, lost: 10 }, 1).lossRatio).toBe(1);
  });

  test('stays within the contract whatever the counters say', () => {
    const validator = Compile(PacketHealthSchema);
    const facts = fc.record({
      packets: fc.double(),
      bytes: fc.double(),
      lost: fc.double(),
      accessUnits: fc.double(),
      jitterMs: fc.double(),
      gopLength: fc.double(),
      gopMs: fc.double(),
      corruptUnits: fc.double(),
      timestampJumps: fc.double(),
      reordered: fc.double(),
      clockOffsetMs: fc.option(fc.double()),
    });
    fc.assert(
      fc.property(facts, fc.option(facts), fc.double(), (now, before, seconds) => {
        const health = packetHealth(before && { ...zero, ...before }, { ...zero, ...now }, seconds);
        expect(validator.Errors(health)).toEqual([]);
      }),
    );
  });
});
