import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../base/clock.ts';
import type { StateStore } from '../../base/state-store.ts';

/** A working day on site; then the technician pairs again and goes on where he was. */
export const SESSION_LIFE_MS = 12 * 3_600_000;
const NAME = 'console-session';

const StoredSessionSchema = Type.Object({
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  expiresAtMs: Type.Number(),
});

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** The one session of this gateway: pairing again, from whatever device, ends the one before. Survives a restart; only its hash is kept. */
export class ConsoleSession {
  readonly #values: Pick<StateStore, 'get' | 'set'>;
  readonly #clock: Clock;

  constructor(values: Pick<StateStore, 'get' | 'set'>, clock: Clock) {
    this.#values = values;
    this.#clock = clock;
  }

  /** Begins a session. @returns its token, 256 bits */
  open(): string {
    const token = randomBytes(32).toString('base64url');
    const stored = {
      hash: hashOf(token).toString('hex'),
      expiresAtMs: this.#clock.now() + SESSION_LIFE_MS,
    };
    this.#values.set(NAME, JSON.stringify(stored));
    return token;
  }

  close(): void {
    this.#values.set(NAME, '');
  }

  /** Whether this token opens the session in force. */
  admits(token: string | undefined): boolean {
    const text = this.#values.get(NAME);
    if (token === undefined || text === undefined || text === '') return false;
    const stored: unknown = JSON.parse(text);
    if (!Value.Check(StoredSessionSchema, stored)) return false;
    const leftMs = stored.expiresAtMs - this.#clock.now();
    if (leftMs <= 0 || leftMs > SESSION_LIFE_MS) return false;
    return timingSafeEqual(hashOf(token), Buffer.from(stored.hash, 'hex'));
  }
}
