import { expect, test } from 'vitest';
import { onvif } from '../../fuzz/onvif.ts';

test('five hundred bad SOAP answers and datagrams are borne: no crash, no hang, no polluted prototype', async () => {
  const { failures, inputs } = await onvif.run({
    runs: 500,
    seed: 20_261_122,
    signal: new AbortController().signal,
    say() {},
  });
  expect(failures).toEqual([]);
  expect(Object.values(inputs).reduce((sum, count) => sum + count, 0)).toBe(500);
});
