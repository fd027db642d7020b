import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Authenticator, parseChallenges, strongest } from '../../../gateway/src/base/authentication.ts';

/** RFC 7616 §3.9.1. */
const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
const clientNonce = () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const challengeOf = (algorithm: string) =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

function answer(header: string, credentials = mufasa): string | null {
  const challenge = strongest(parseChallenges([header]));
  if (challenge === null) return null;
  const authenticator = new Authenticator(credentials, clientNonce);
  authenticator.accept(challenge);
  return authenticator.authorize('GET', '/dir/index.html');
}

describe('Digest', () => {
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('gives the answer of RFC 7616 §3.9.1 for %s', (algorithm, response) => {
    expect(answer(challengeOf(algorithm))).toContain(`response="${response}"`);
  });

  test('without qop gives the older answer, and no counter', () => {
    const header = answer('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
    expect(header).not.toContain('nc=');
    expect(header).not.toContain('algorithm=');
    expect(header).toMatch(/response="[0-9a-f]{32}"/);
  });

  test('counts the uses of one nonce', () => {
    const authenticator = new Authenticator(mufasa, clientNonce);
    for (const challenge of parseChallenges([challengeOf('MD5')])) authenticator.accept(challenge);
    expect(authenticator.authorize('OPTIONS', 'rtsp://a/')).toContain('nc=00000001');
    expect(authenticator.authorize('DESCRIBE', 'rtsp://a/')).toContain('nc=00000002');
  });

  test('escapes quotes in names and refuses control characters', () => {
    const header = answer(challengeOf('MD5'), { username: 'a"b\\c', password: 'x' });
    expect(header).toContain('username="a\\"b\\\\c"');
    const spoiled = { username: 'a\r\nX-Injected: 1', password: 'x' };
    expect(() => answer(challengeOf('MD5'), spoiled)).toThrow(/control characters/);
  });
});

describe('choosing a challenge', () => {
  const schemes = (...headers: string[]) => strongest(parseChallenges(headers));

  test('takes the strongest of several headers', () => {
    const chosen = schemes('Basic realm="cam"', challengeOf('MD5'), challengeOf('SHA-256'));
    expect(chosen).toMatchObject({ scheme: 'digest', algorithm: 'SHA-256' });
  });

  test('reads several challenges in one header, commas in quotes included', () => {
    const chosen = schemes('Basic realm="a, b", Digest realm="c, d", nonce="n", qop="auth"');
    expect(chosen).toMatchObject({ scheme: 'digest', realm: 'c, d', qop: true });
  });

  test('uses Basic only where nothing else is offered', () => {
    expect(schemes('Basic realm="cam"')).toEqual({ scheme: 'basic' });
    expect(answer('Basic realm="cam"')).toBe(
      `Basic ${Buffer.from('Mufasa:Circle of Life').toString('base64')}`,
    );
  });

  test('passes over what it cannot answer', () => {
    expect(
      schemes('Negotiate', challengeOf('SHA-512-256'), 'Digest realm="x", nonce="n", qop="auth-int"'),
    ).toBeNull();
  });

  test('reads 10,000 spoiled headers without throwing', () => {
    const text = fc.stringMatching(/^(Digest|Basic|realm|nonce|=|"|\\|,| |qop|auth|stale|true|[a-z]){0,40}$/);
    fc.assert(
      fc.property(text, (header) => {
        strongest(parseChallenges([header]));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('repeating', () => {
  const accept = (authenticator: Authenticator, header: string) =>
    parseChallenges([header]).map((challenge) => authenticator.accept(challenge))[0];

  test('answers a new or stale nonce, but not the one just refused', () => {
    const authenticator = new Authenticator(mufasa);
    expect(accept(authenticator, 'Digest realm="r", nonce="1"')).toBe(true);
    expect(accept(authenticator, 'Digest realm="r", nonce="1"')).toBe(false);
    expect(accept(authenticator, 'Digest realm="r", nonce="1", stale=TRUE')).toBe(true);
    expect(accept(authenticator, 'Digest realm="r", nonce="2"')).toBe(true);
  });

  test('is not talked down from Digest to Basic', () => {
    const authenticator = new Authenticator(mufasa);
    accept(authenticator, 'Digest realm="r", nonce="1"');
    expect(accept(authenticator, 'Basic realm="r"')).toBe(false);
  });
});
