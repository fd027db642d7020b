import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `digest` is the MD5 of RFC 2617 without qop, as most cameras speak RTSP; `digest-sha256` is RFC 7616 with qop=auth. */
export type AuthScheme = 'basic' | 'digest' | 'digest-sha256';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface AuthenticatorOptions {
  readonly realm: string;
  /** Offered in this order, one challenge each; none means that everybody may. */
  readonly schemes: readonly AuthScheme[];
  readonly nonceLifetimeMs: number;
  readonly nowMs: () => number;
}

interface AuthRequest {
  readonly method: string;
  readonly uri: string;
  readonly header: string | undefined;
}

export type AuthVerdict = 'granted' | 'denied' | 'stale';

const MAX_NONCES = 4096;

/** HTTP and RTSP authentication of one camera (RFC 2617, RFC 7616, RFC 7617). */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  /** Nonce → when it was given out; the oldest go first when there are too many. */
  readonly #nonces = new Map<string, number>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Values of the WWW-Authenticate headers of a refusal. */
  challenges(verdict: AuthVerdict): string[] {
    const { realm, schemes } = this.#options;
    const stale = verdict === 'stale' ? ', stale=true' : '';
    return schemes.map((scheme) => {
      if (scheme === 'basic') return `Basic realm="${realm}"`;
      const digest = `Digest realm="${realm}", nonce="${this.#newNonce()}"`;
      return scheme === 'digest' ? `${digest}${stale}` : `${digest}, algorithm=SHA-256, qop="auth"${stale}`;
    });
  }

  verify(request: AuthRequest, credentials: Credentials): AuthVerdict {
    const { schemes } = this.#options;
    if (schemes.length === 0) return 'granted';
    const [kind = '', rest = ''] = splitOnce(request.header ?? '', ' ');
    if (kind.toLowerCase() === 'basic') {
      const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
      return schemes.includes('basic') && sameText(rest.trim(), expected) ? 'granted' : 'denied';
    }
    return kind.toLowerCase() === 'digest'
      ? this.#verifyDigest(parseParameters(rest), request, credentials)
      : 'denied';
  }

  #verifyDigest(
    given: ReadonlyMap<string, string>,
    request: AuthRequest,
    credentials: Credentials,
  ): AuthVerdict {
    const scheme = (given.get('algorithm') ?? 'MD5').toUpperCase() === 'SHA-256' ? 'digest-sha256' : 'digest';
    const nonce = given.get('nonce') ?? '';
    const uri = given.get('uri') ?? '';
    if (!this.#options.schemes.includes(scheme) || given.get('username') !== credentials.username)
      return 'denied';
    if (
      given.get('realm') !== this.#options.realm ||
      uri === '' ||
      !request.uri.startsWith(uri.replace(/\/$/, ''))
    )
      return 'denied';
    const hash = (text: string) =>
      createHash(scheme === 'digest' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${credentials.username}:${this.#options.realm}:${credentials.password}`);
    const ha2 = hash(`${request.method}:${uri}`);
    const qop = given.get('qop');
    const middle = qop === undefined ? [] : [given.get('nc') ?? '', given.get('cnonce') ?? '', qop];
    const expected = hash([ha1, nonce, ...middle, ha2].join(':'));
    if (!sameText(given.get('response') ?? '', expected)) return 'denied';
    const givenOutMs = this.#nonces.get(nonce);
    if (givenOutMs === undefined) return 'stale';
    return this.#options.nowMs() - givenOutMs > this.#options.nonceLifetimeMs ? 'stale' : 'granted';
  }

  #newNonce(): string {
    const [oldest] = this.#nonces.keys();
    if (this.#nonces.size >= MAX_NONCES && oldest !== undefined) this.#nonces.delete(oldest);
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.set(nonce, this.#options.nowMs());
    return nonce;
  }
}

/** `a="x, y", b=z` → map; names in lower case. */
function parseParameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.slice(0, 4096).matchAll(/([a-z0-9-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)) {
    found.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  }
  return found;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
