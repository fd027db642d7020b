import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Authenticator, type AuthScheme } from '../../simulators/camera/authenticator.ts';

const login = { username: 'operator', password: 'p:a"ss' };
const uri = 'rtsp://127.0.0.1/live/main';

function setUp(schemes: readonly AuthScheme[]) {
  const clock = { nowMs: 0 };
  const authenticator = new Authenticator({
    realm: 'cam',
    schemes,
    nonceLifetimeMs: 1000,
    nowMs: () => clock.nowMs,
  });
  const nonce = () => /nonce="([^"]+)"/.exec(authenticator.challenges('denied').join())?.[1] ?? '';
  const verify = (header: string | undefined, password = login.password) =>
    authenticator.verify({ method: 'DESCRIBE', uri, header }, { ...login, password });
  return { authenticator, clock, nonce, verify };
}

function digest(nonce: string, changes: { uri?: string; username?: string } = {}): string {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const given = { uri, username: login.username, ...changes };
  const response = md5(
    `${md5(`${given.username}:cam:${login.password}`)}:${nonce}:${md5(`DESCRIBE:${given.uri}`)}`,
  );
  return `Digest username="${given.username}", realm="cam", nonce="${nonce}", uri="${given.uri}", response="${response}"`;
}

describe('digest login', () => {
  test('is granted for the right answer and denied for another password, user or address', () => {
    const { nonce, verify } = setUp(['digest']);
    expect(verify(digest(nonce()))).toBe('granted');
    expect(verify(digest(nonce()), 'changed')).toBe('denied');
    expect(verify(digest(nonce(), { username: 'admin' }))).toBe('denied');
    expect(verify(digest(nonce(), { uri: 'rtsp://127.0.0.1/other' }))).toBe('denied');
    expect(verify(undefined)).toBe('denied');
  });

  test('is stale when the nonce is unknown or too old, and says so in the next challenge', () => {
    const { authenticator, clock, nonce, verify } = setUp(['digest']);
    expect(verify(digest('0123456789abcdef'))).toBe('stale');
    const header = digest(nonce());
    clock.nowMs = 1001;
    expect(verify(header)).toBe('stale');
    expect(authenticator.challenges('stale')[0]).toContain('stale=true');
    expect(authenticator.challenges('denied')[0]).not.toContain('stale');
  });

  test('with SHA-256 refuses an answer made with MD5', () => {
    const { authenticator, nonce, verify } = setUp(['digest-sha256']);
    expect(authenticator.challenges('denied')[0]).toContain('algorithm=SHA-256, qop="auth"');
    expect(verify(digest(nonce()))).toBe('denied');
  });
});

describe('basic login', () => {
  const header = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;

  test('is granted only where it is offered', () => {
    expect(setUp(['basic']).verify(header)).toBe('granted');
    expect(setUp(['basic']).verify(header, 'changed')).toBe('denied');
    expect(setUp(['digest']).verify(header)).toBe('denied');
  });
});

test('a camera without schemes lets everybody in', () => {
  expect(setUp([]).verify(undefined)).toBe('granted');
});

test('each offered scheme gives its own challenge, in order', () => {
  const kinds = setUp(['digest-sha256', 'digest', 'basic']).authenticator.challenges('denied');
  expect(kinds.map((challenge) => challenge.split(' ')[0])).toEqual(['Digest', 'Digest', 'Basic']);
});
