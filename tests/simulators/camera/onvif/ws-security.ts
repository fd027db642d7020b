import { createHash } from 'node:crypto';
import type { Credentials } from '../authenticator.ts';
import { textOf } from './soap.ts';

/** How far the token's time may be from the camera's clock, either way. */
const WINDOW_MS = 5000;
const MAX_NONCES = 10_000;

export type TokenVerdict = 'granted' | 'missing' | 'wrong-time' | 'replayed' | 'denied';

/** Checks WS-Security UsernameToken digests (OASIS UsernameToken Profile 1.0 §3.1) and remembers nonces within their window. */
export class TokenGuard {
  /** Nonce → camera time at which it may be forgotten. */
  readonly #seen = new Map<string, number>();

  /** `nowMs` is the camera's own clock, which may be wrong. */
  verify(xml: string, credentials: Credentials, nowMs: number): TokenVerdict {
    const username = textOf(xml, 'Username');
    const password = textOf(xml, 'Password');
    const nonce = textOf(xml, 'Nonce');
    const created = textOf(xml, 'Created');
    if (username === undefined || password === undefined || nonce === undefined || created === undefined)
      return 'missing';
    const digest = createHash('sha1')
      .update(Buffer.from(nonce, 'base64'))
      .update(created)
      .update(credentials.password)
      .digest('base64');
    if (username !== credentials.username || password !== digest) return 'denied';
    const createdMs = Date.parse(created);
    if (!(Math.abs(createdMs - nowMs) <= WINDOW_MS)) return 'wrong-time';
    this.#forget(nowMs);
    if (this.#seen.has(nonce)) return 'replayed';
    this.#seen.set(nonce, createdMs + WINDOW_MS);
    return 'granted';
  }

  #forget(nowMs: number): void {
    for (const [nonce, untilMs] of this.#seen) {
      if (untilMs < nowMs || this.#seen.size > MAX_NONCES) this.#seen.delete(nonce);
    }
  }
}
