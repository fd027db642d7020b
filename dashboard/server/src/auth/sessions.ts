import { randomBytes, randomUUID } from 'node:crypto';
import type { Now } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { hashToken } from '../base/secrets.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import type { Role } from './permissions.ts';
import { Throttle } from './throttle.ts';

export type User = { id: string; username: string; role: Role };
/** Who asks, proven by a session that lives. */
export type Identity = { user: User; expiresAt: Date; sessionHash: string };

type Audit = { at: Date; actor: string };

/** What sessions need of the store. */
export type PeoplePort = {
  findUser(username: string): Promise<(User & { passwordHash: string; disabled: boolean }) | undefined>;
  addUser(user: User & { passwordHash: string }, audit: Audit): Promise<boolean>;
  addSession(session: { tokenHash: Buffer; userId: string; createdAt: Date; expiresAt: Date }): Promise<void>;
  findSession(tokenHash: Buffer, at: Date): Promise<{ expiresAt: Date; user: User } | undefined>;
  liveSessions(hashes: readonly string[], at: Date): Promise<Set<string>>;
  removeSession(tokenHash: Buffer): Promise<void>;
};

const SESSION_MS = 12 * 3_600_000;
const TOKEN_BYTES = 32;
const TOKEN_LENGTH = 43;
const WINDOW_MS = 300_000;
const FAILURES_PER_USER = 5;
const FAILURES_PER_ADDRESS = 30;

export type SignIn = { username: string; password: string; ip: string };

/** Signing in and out. Sessions are rows, so that any process can end any of them. */
export class Sessions {
  readonly #people: PeoplePort;
  readonly #now: Now;
  readonly #byUser: Throttle;
  readonly #byAddress: Throttle;
  readonly #endings = new Set<(sessionHash: string) => void>();

  constructor(people: PeoplePort, now: Now) {
    this.#people = people;
    this.#now = now;
    this.#byUser = new Throttle({ limit: FAILURES_PER_USER, windowMs: WINDOW_MS, now });
    this.#byAddress = new Throttle({ limit: FAILURES_PER_ADDRESS, windowMs: WINDOW_MS, now });
  }

  /** Throws the problems `wrong-password` and `too-many-attempts`; the answer never says which users exist. */
  async signIn({ username, password, ip }: SignIn): Promise<{ token: string; identity: Identity }> {
    const key = `${username}\n${ip}`;
    if (this.#byUser.isBlocked(key) || this.#byAddress.isBlocked(ip)) throw new Problem('too-many-attempts');
    // Counted before the slow check, so that many tries at once do not slip through.
    this.#byUser.fail(key);
    this.#byAddress.fail(ip);
    const found = await this.#people.findUser(username);
    const isRight = await verifyPassword(password, found?.passwordHash);
    if (!isRight || found === undefined || found.disabled) throw new Problem('wrong-password');
    this.#byUser.forget(key);
    this.#byAddress.forget(ip);
    return this.#open({ id: found.id, username: found.username, role: found.role });
  }

  async find(token: string): Promise<Identity | null> {
    if (token.length !== TOKEN_LENGTH) return null;
    const tokenHash = hashToken(token);
    const found = await this.#people.findSession(tokenHash, new Date(this.#now()));
    return found === undefined ? null : { ...found, sessionHash: tokenHash.toString('hex') };
  }

  async signOut({ sessionHash }: Identity): Promise<void> {
    await this.#people.removeSession(Buffer.from(sessionHash, 'hex'));
    for (const listener of this.#endings) listener(sessionHash);
  }

  /** Of these sessions (hex hashes) those that still live, wherever they were ended. */
  living(hashes: readonly string[]): Promise<Set<string>> {
    return this.#people.liveSessions(hashes, new Date(this.#now()));
  }

  /** Tells of sessions ended in this process at once. Returns the function that ends the telling. */
  onEnded(listener: (sessionHash: string) => void): () => void {
    this.#endings.add(listener);
    return () => this.#endings.delete(listener);
  }

  /** Adds a user unless the name is taken. Returns whether it was added. */
  async addUser(options: {
    username: string;
    password: string;
    role: Role;
    actor: string;
  }): Promise<boolean> {
    const { username, password, role, actor } = options;
    const passwordHash = await hashPassword(password);
    const audit = { at: new Date(this.#now()), actor };
    return this.#people.addUser({ id: randomUUID(), username, passwordHash, role }, audit);
  }

  async #open(user: User): Promise<{ token: string; identity: Identity }> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const tokenHash = hashToken(token);
    const createdAt = new Date(this.#now());
    const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
    await this.#people.addSession({ tokenHash, userId: user.id, createdAt, expiresAt });
    return { token, identity: { user, expiresAt, sessionHash: tokenHash.toString('hex') } };
  }
}
