import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { TokenGuard } from '../../simulators/camera/onvif/ws-security.ts';

const login = { username: 'operator', password: 'secret' };
const nowMs = Date.parse('2026-11-22T08:00:00Z');

function token(
  options: { atMs?: number; password?: string; username?: string; nonce?: Buffer } = {},
): string {
  const nonce = options.nonce ?? randomBytes(16);
  const created = new Date(options.atMs ?? nowMs).toISOString();
  const digest = createHash('sha1')
    .update(nonce)
    .update(created)
    .update(options.password ?? login.password)
    .digest('base64');
  return (
    `<wsse:UsernameToken><wsse:Username>${options.username ?? login.username}</wsse:Username>` +
    `<wsse:Password Type="…#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce>${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created></wsse:UsernameToken>`
  );
}

test('a right token is granted', () => {
  expect(new TokenGuard().verify(token(), login, nowMs)).toBe('granted');
});

test('a token five seconds off is granted, a later one is not, by the clock of the camera', () => {
  const guard = new TokenGuard();
  expect(guard.verify(token({ atMs: nowMs - 5000 }), login, nowMs)).toBe('granted');
  expect(guard.verify(token({ atMs: nowMs + 5000 }), login, nowMs)).toBe('granted');
  expect(guard.verify(token({ atMs: nowMs + 5001 }), login, nowMs)).toBe('wrong-time');
  expect(guard.verify(token({ atMs: nowMs - 3_600_000 }), login, nowMs - 3_600_000)).toBe('granted');
});

test('a replayed nonce is refused', () => {
  const guard = new TokenGuard();
  const once = token();
  expect(guard.verify(once, login, nowMs)).toBe('granted');
  expect(guard.verify(once, login, nowMs + 1000)).toBe('replayed');
  expect(guard.verify(once, login, nowMs + 6000)).toBe('wrong-time');
});

test('another password or user is denied and no token is missing', () => {
  const guard = new TokenGuard();
  expect(guard.verify(token({ password: 'wrong' }), login, nowMs)).toBe('denied');
  expect(guard.verify(token({ username: 'admin' }), login, nowMs)).toBe('denied');
  expect(guard.verify('<s:Envelope/>', login, nowMs)).toBe('missing');
});
