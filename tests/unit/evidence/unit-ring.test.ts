import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnitRing } from '../../../gateway/src/evidence/index.ts';
import type { AccessUnit } from '../../../gateway/src/pipeline.ts';
import { SETS } from '../streams/fake-source.ts';

const unit = (seconds: number, { key = false, bytes = 100 } = {}): AccessUnit => ({
  nals: [new Uint8Array(bytes)],
  key,
  rtpTime: seconds * 90_000,
  capturedAtMs: seconds * 1000,
  monotonicMs: seconds * 1000,
  corrupt: false,
});

/** One unit a second, a keyframe every four. */
function filled(seconds: number, limits = { seconds: 10, bytes: 1e6 }): UnitRing {
  const ring = new UnitRing(limits);
  ring.onParameterSets(SETS);
  for (let at = 0; at < seconds; at += 1) ring.onAccessUnit(unit(at, { key: at % 4 === 0 }));
  return ring;
}
const secondsOf = (ring: UnitRing, from: number) =>
  ring.since(from * 1000)?.units.map(({ monotonicMs }) => monotonicMs / 1000);

describe('the last seconds of a stream', () => {
  test('are given from the keyframe at or before the asked moment', () => {
    const ring = filled(20);
    expect(secondsOf(ring, 17)).toEqual([16, 17, 18, 19]);
    expect(secondsOf(ring, 16)).toEqual([16, 17, 18, 19]);
    expect(secondsOf(ring, 15)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test('begin at the oldest keyframe that is kept when more is asked for', () => {
    expect(secondsOf(filled(20), 0)?.[0]).toBe(8);
  });

  test('are nothing when the stream ended before the asked moment, or has no keyframe yet', () => {
    expect(filled(20).since(20_000)).toBeNull();
    const ring = new UnitRing({ seconds: 10, bytes: 1e6 });
    ring.onAccessUnit(unit(0, { key: true }));
    ring.onParameterSets(SETS);
    ring.onAccessUnit(unit(1));
    expect(ring.since(0)).toBeNull();
  });

  test('never mix two sets of parameters', () => {
    const ring = filled(8);
    ring.onParameterSets({ ...SETS, pps: Uint8Array.from([0x68, 0xee]) });
    ring.onAccessUnit(unit(8, { key: true }));
    expect(secondsOf(ring, 2)).toEqual([8]);
  });

  test('a group that is larger than the limit alone is dropped, and it goes on at the next keyframe', () => {
    const ring = new UnitRing({ seconds: 10, bytes: 1000 });
    ring.onParameterSets(SETS);
    ring.onAccessUnit(unit(0, { key: true, bytes: 600 }));
    ring.onAccessUnit(unit(1, { bytes: 600 }));
    ring.onAccessUnit(unit(2, { bytes: 10 }));
    expect([ring.bytes, ring.since(0)]).toEqual([0, null]);
    ring.onAccessUnit(unit(3, { key: true }));
    expect(secondsOf(ring, 0)).toEqual([3]);
  });

  test('stay within their bytes and reach as far back as a keyframe allows, whatever comes', () => {
    const units = fc.array(
      fc.record({
        key: fc.boolean(),
        bytes: fc.integer({ min: 1, max: 400 }),
        step: fc.integer({ min: 1, max: 3 }),
      }),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(units, (made) => {
        const ring = new UnitRing({ seconds: 10, bytes: 1500 });
        ring.onParameterSets(SETS);
        let at = 0;
        for (const { key, bytes, step } of made) {
          at += step;
          ring.onAccessUnit(unit(at, { key, bytes }));
          const kept = ring.since(0)?.units ?? [];
          expect(ring.bytes).toBe(kept.reduce((sum, { nals }) => sum + (nals[0]?.length ?? 0), 0));
          expect(ring.bytes).toBeLessThanOrEqual(1500);
          expect(kept[0]?.key ?? true).toBe(true);
        }
      }),
    );
  });
});
