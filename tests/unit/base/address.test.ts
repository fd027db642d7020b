import { describe, expect, test } from 'vitest';
import { createAddressPolicy, pinHost } from '../../../gateway/src/base/address.ts';

describe('address policy', () => {
  const policy = createAddressPolicy({
    networks: ['192.168.1.0/24', '127.0.0.0/8', '169.254.0.0/16'],
    allowLoopback: false,
  });

  test.each([
    ['192.168.1.7', true],
    ['192.168.2.7', false],
    ['127.0.0.1', false],
    ['169.254.1.1', false],
    ['0.0.0.0', false],
    ['239.1.1.1', false],
    ['::1', false],
    ['camera.local', false],
    ['192.168.1.7@evil', false],
  ])('%s allowed: %s', (host, allowed) => expect(policy.allows(host)).toBe(allowed));

  test('loopback needs its own switch', () => {
    expect(createAddressPolicy({ networks: [], allowLoopback: true }).allows('127.0.0.1')).toBe(true);
  });

  test.each([
    '192.168.1.0',
    '192.168.1.0/33',
    'x/8',
    '::1/8',
  ])('refuses the network %s with its name', (network) => {
    expect(() => createAddressPolicy({ networks: [network], allowLoopback: false })).toThrow(network);
  });
});

describe('pinned host', () => {
  test('keeps port, path and query and replaces the host and any user', () => {
    expect(pinHost('rtsp://u:p@10.9.9.9:8554/live?x=1', '192.168.1.7', 'rtsp:')).toBe(
      'rtsp://192.168.1.7:8554/live?x=1',
    );
    expect(pinHost('rtsp://10.9.9.9/a\r\n', '192.168.1.7', 'rtsp:')).toBe('rtsp://192.168.1.7/a');
  });

  test.each([
    'http://10.0.0.1/',
    'file:///etc/passwd',
    'nonsense',
    '',
    'rtsp:@10.9.9.9/live',
    'rtsp:.evil.example/live',
  ])('is null for %s', (url) => {
    expect(pinHost(url, '192.168.1.7', 'rtsp:')).toBeNull();
  });
});
