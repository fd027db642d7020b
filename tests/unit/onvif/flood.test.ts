import { describe, expect, test } from 'vitest';
import { CANDIDATE_LIMIT, Candidates } from '../../../gateway/src/onvif/discovery/candidates.ts';
import { hostsOf } from '../../../gateway/src/onvif/discovery/networks.ts';
import { ReplyQueue } from '../../../gateway/src/onvif/discovery/reply-queue.ts';
import { until } from '../../support/until.ts';

describe('candidates', () => {
  test('are five hundred at most, and one sender’s inventions make room for the cameras of others', () => {
    const candidates = new Candidates();
    for (let n = 0; n < 2000; n += 1) candidates.admit(`forged-${n}`, '10.0.0.66');
    expect(candidates.size).toBe(CANDIDATE_LIMIT);
    expect(candidates.admit('forged-9999', '10.0.0.66')).toBe(false);
    for (let n = 0; n < 50; n += 1) expect(candidates.admit(`camera-${n}`, `10.0.1.${n}`)).toBe(true);
    expect(candidates.size).toBe(CANDIDATE_LIMIT);
    for (let n = 0; n < 50; n += 1) expect(candidates.admit(`camera-${n}`, `10.0.1.${n}`)).toBe(true);
  });
});

describe('answers that wait', () => {
  test('are read sender by sender in turn, bounded for each', async () => {
    const read: string[] = [];
    const queue = new ReplyQueue(({ sender }) => read.push(sender));
    for (let n = 0; n < 3000; n += 1) queue.push({ data: Buffer.from('x'), sender: 'flooder' });
    expect(queue.size).toBe(512);
    queue.push({ data: Buffer.from('x'), sender: 'camera' });
    await until('the camera', () => read.includes('camera'));
    expect(read.indexOf('camera')).toBeLessThan(3);
    expect(queue.dropped).toBe(3000 - 512);
    queue.stop();
  });
});

describe('a network to scan', () => {
  test('is its hosts, each once', () => {
    expect(hostsOf(['10.0.0.7/30'])).toEqual(['10.0.0.5', '10.0.0.6']);
    expect(hostsOf(['10.0.0.7/32', '10.0.0.7/32'])).toEqual(['10.0.0.7']);
    expect(hostsOf(['10.0.0.0/20'])).toHaveLength(4094);
  });

  test.each(['10.0.0.0/8', '10.0.0.0', 'nonsense/24', '10.0.0.0/33'])('is refused by name: %s', (network) => {
    expect(() => hostsOf([network])).toThrow(network);
  });
});
