import { expect, test } from 'vitest';
import { missedTargets } from '../../bench/report.ts';
import { flood, manyDevices } from '../../faults/discovery.ts';

const options = { cameras: null, tries: null, say: () => undefined, signal: new AbortController().signal };

test('devices that answer all at once are all found', async () => {
  const { figures } = await manyDevices(120, options);
  expect(figures.missing).toBe(0);
});

test('forged answers do not keep out the real ones, and their number is bounded', async () => {
  const { figures, targets } = await flood({ devices: 10, perSecond: 3000, seconds: 4 }, options);
  expect(missedTargets(figures, targets)).toEqual([]);
});
