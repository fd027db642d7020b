import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { rtspOptions } from '../../../gateway/src/assembly/rtsp-options.ts';
import { CameraEntrySchema } from '../../../gateway/src/config/schema.ts';

const entry = { source: 'rtsp' as const, key: 'gate', name: '北门', url: 'rtsps://192.168.1.64/live' };
const fingerprint = `${'ab:'.repeat(31)}CD`;

test('a camera is verified, refused redirects and spoken to over TCP unless configured', () => {
  expect(rtspOptions(entry)).toEqual({ transport: 'tcp' });
});

test.each([
  ['verify', { kind: 'verify' }],
  ['insecure', { kind: 'insecure' }],
  [`sha256:${fingerprint}`, { kind: 'pinned', sha256: fingerprint }],
])('the certificate policy "%s" is understood', (certificate, policy) => {
  expect(Value.Check(CameraEntrySchema, { ...entry, certificate })).toBe(true);
  expect(rtspOptions({ ...entry, certificate, redirects: 'same-host' })).toEqual({
    transport: 'tcp',
    certificate: policy,
    redirects: 'same-host',
  });
});

test.each(['sha256:abcd', 'trust', ''])('the certificate policy "%s" is refused', (certificate) => {
  expect(Value.Check(CameraEntrySchema, { ...entry, certificate })).toBe(false);
});
