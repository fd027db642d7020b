import { expect, test } from 'vitest';
import { runQuirks } from '../../eval/quirks/run.ts';
import { quirks } from '../../simulators/camera/onvif/quirks/index.ts';

test('every known quirk of cameras is borne as expected', async () => {
  expect(quirks.length).toBeGreaterThanOrEqual(24);
  expect(new Set(quirks.map(({ name }) => name)).size).toBe(quirks.length);
  const results = await runQuirks();
  expect(results.filter(({ matches }) => !matches)).toEqual([]);
  expect(results).toHaveLength(quirks.length);
});
