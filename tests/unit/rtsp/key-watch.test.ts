import { describe, expect, test } from 'vitest';
import { KeyWatch } from '../../../gateway/src/rtsp/key-watch.ts';

const LIMIT_MS = 10_000;

/** Keyframes at these times. */
function watch(...keysMs: readonly number[]): KeyWatch {
  const keys = new KeyWatch();
  for (const keyMs of keysMs) keys.onKey(keyMs * 90, keyMs);
  return keys;
}

describe('the watch of keyframes', () => {
  test('waits ten seconds for the first, from the beginning of the session', () => {
    expect(watch().isOverdue(14_999, 5_000, LIMIT_MS)).toBe(false);
    expect(watch().isOverdue(15_000, 5_000, LIMIT_MS)).toBe(true);
  });

  test('waits ten seconds for the next where they come fast', () => {
    const keys = watch(0, 2_000, 4_000);
    expect(keys.gopMs).toBe(2_000);
    expect(keys.isOverdue(13_999, 0, LIMIT_MS)).toBe(false);
    expect(keys.isOverdue(14_000, 0, LIMIT_MS)).toBe(true);
  });

  test('waits three intervals where they come slowly, two minutes at most', () => {
    expect(watch(0, 12_000).isOverdue(47_999, 0, LIMIT_MS)).toBe(false);
    expect(watch(0, 12_000).isOverdue(48_000, 0, LIMIT_MS)).toBe(true);
    expect(watch(0, 90_000).isOverdue(210_000, 0, LIMIT_MS)).toBe(true);
  });

  test('takes a damaged picture for one that may have been a keyframe', () => {
    const keys = watch(0, 2_000);
    keys.onDamage(11_000);
    expect(keys.isOverdue(20_999, 0, LIMIT_MS)).toBe(false);
    expect(keys.isOverdue(21_000, 0, LIMIT_MS)).toBe(true);
  });
});
