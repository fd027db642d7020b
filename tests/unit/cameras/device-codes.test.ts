import { expect, test } from 'vitest';
import { DeviceCodes } from '../../../gateway/src/cameras/device-codes.ts';

test('device codes are given once and kept', () => {
  const kept = new Map<string, string>();
  const values = {
    get: (name: string) => kept.get(name),
    set: (name: string, value: string) => void kept.set(name, value),
  };
  const site = { centre: '44030600', industry: '01', network: '7' };
  const first = new DeviceCodes(values, site).assign('networkCamera', 'a');
  const again = new DeviceCodes(values, site);
  expect(again.assign('networkCamera', 'a')).toBe(first);
  expect(again.assign('networkCamera', 'b')).not.toBe(first);
  expect(again.assign('alarmInput', 'a')).toBe('44030600011347000001');
});
