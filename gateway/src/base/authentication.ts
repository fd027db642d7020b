import { createHash, randomBytes } from 'node:crypto';
import { StreamFaultError } from '../pipeline.ts';

export type Credentials = { username: string; password: string };
export type DigestAlgorithm = 'MD5' | 'SHA-256';
export type Challenge =
  | { scheme: 'basic' }
  | {
      scheme: 'digest';
      algorithm: DigestAlgorithm;
      /** The algorithm was named: then it is echoed. */
      named: boolean;
      realm: string;
      nonce: string;
      opaque: string | null;
      /** Quality of protection `auth`; false is the older form without counter (RFC 2069). */
      qop: boolean;
      stale: boolean;
    };

const HASHES: Record<DigestAlgorithm, string> = { MD5: 'md5', 'SHA-256': 'sha256' };
/** A token, then either `=value` (a parameter) or nothing (a scheme): RFC 7235 §4.1. */
const PART = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
const MAX_CHALLENGES = 16;

/** Every challenge that can be answered, from all WWW-Authenticate headers (several may share one). */
export function parseChallenges(values: readonly string[]): Challenge[] {
  const found: Challenge[] = [];
  for (const value of values.slice(0, MAX_CHALLENGES)) {
    for (const { scheme, parameters } of splitChallenges(value.slice(0, 4_096))) {
      const challenge = toChallenge(scheme, parameters);
      if (challenge !== null) found.push(challenge);
    }
  }
  return found;
}

/** SHA-256 before MD5 before Basic: so Basic is used only where nothing else is offered. */
export function strongest(challenges: readonly Challenge[]): Challenge | null {
  return challenges.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** Answers challenges; keeps the nonce and counts its uses, so that later requests need no second round trip. */
export class Authenticator {
  readonly #credentials: Credentials;
  readonly #newClientNonce: () => string;
  #challenge: Challenge | null = null;
  #uses = 0;

  constructor(credentials: Credentials, newClientNonce = () => randomBytes(8).toString('hex')) {
    this.#credentials = credentials;
    this.#newClientNonce = newClientNonce;
  }

  /**
   * Takes the challenge of a 401.
   * @returns false when answering it would only repeat what was just refused
   */
  accept(challenge: Challenge): boolean {
    const before = this.#challenge;
    const isNew =
      before === null ||
      (challenge.scheme === 'digest' &&
        (challenge.stale || before.scheme !== 'digest' || before.nonce !== challenge.nonce));
    this.#challenge = challenge;
    this.#uses = 0;
    return isNew;
  }

  /** The Authorization value for one request, or null before any challenge. */
  authorize(method: string, uri: string): string | null {
    const challenge = this.#challenge;
    if (challenge === null) return null;
    const { username, password } = this.#credentials;
    if (challenge.scheme === 'basic') {
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    this.#uses++;
    return digestHeader(challenge, this.#credentials, {
      method,
      uri,
      count: this.#uses.toString(16).padStart(8, '0'),
      clientNonce: this.#newClientNonce(),
    });
  }
}

type DigestUse = { method: string; uri: string; count: string; clientNonce: string };

/** RFC 7616 §3.4.1 and, without qop, RFC 2069 §2.1.2. */
function digestHeader(
  challenge: Extract<Challenge, { scheme: 'digest' }>,
  credentials: Credentials,
  use: DigestUse,
): string {
  const hash = (text: string) => createHash(HASHES[challenge.algorithm]).update(text).digest('hex');
  const secret = hash(`${credentials.username}:${challenge.realm}:${credentials.password}`);
  const action = hash(`${use.method}:${use.uri}`);
  const middle = challenge.qop ? `${challenge.nonce}:${use.count}:${use.clientNonce}:auth` : challenge.nonce;
  const parts = [
    `username=${quote(credentials.username)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(use.uri)}`,
    `response="${hash(`${secret}:${middle}:${action}`)}"`,
  ];
  if (challenge.named) parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.opaque !== null) parts.push(`opaque=${quote(challenge.opaque)}`);
  if (challenge.qop) parts.push(`qop=auth, nc=${use.count}, cnonce="${use.clientNonce}"`);
  return `Digest ${parts.join(', ')}`;
}

function quote(text: string): string {
  if ([...text].some((char) => char < ' ' || char === '\x7f')) {
    throw new StreamFaultError(
      'unauthorized',
      'user name or realm holds control characters: enter the user name again',
    );
  }
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

type RawChallenge = { scheme: string; parameters: Map<string, string> };

function splitChallenges(value: string): RawChallenge[] {
  const challenges: RawChallenge[] = [];
  PART.lastIndex = 0;
  for (let part = PART.exec(value); part !== null; part = PART.exec(value)) {
    const name = (part[1] ?? '').toLowerCase();
    const quoted = part[2]?.replace(/\\(.)/g, '$1');
    const content = quoted ?? part[3];
    if (content === undefined) challenges.push({ scheme: name, parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name, content);
  }
  return challenges;
}

function toChallenge(scheme: string, parameters: Map<string, string>): Challenge | null {
  if (scheme === 'basic') return { scheme };
  const nonce = parameters.get('nonce');
  const algorithm = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  if (scheme !== 'digest' || nonce === undefined) return null;
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256') return null;
  const qop =
    parameters
      .get('qop')
      ?.toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean) ?? [];
  if (qop.length > 0 && !qop.includes('auth')) return null;
  return {
    scheme,
    algorithm,
    named: parameters.has('algorithm'),
    realm: parameters.get('realm') ?? '',
    nonce,
    opaque: parameters.get('opaque') ?? null,
    qop: qop.length > 0,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

function rank(challenge: Challenge): number {
  if (challenge.scheme === 'basic') return 0;
  return challenge.algorithm === 'SHA-256' ? 2 : 1;
}
