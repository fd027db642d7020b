import { createHmac, randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/log.ts';
import type { CredentialGroup, CredentialSetSummary, Login } from '../../pipeline.ts';
import { type KeyPort, seal, unseal } from './cipher.ts';

export type SealedSet = {
  id: string;
  kind: 'site' | 'maker' | 'device';
  /** '' for the site, the maker's name as compared, or the device's id. */
  key: string;
  sealed: Uint8Array;
  setAtMs: number;
};

/** Where sealed sets are kept. */
export type SealedSets = {
  sealedSets(): SealedSet[];
  putSealed(set: SealedSet): void;
  dropSealed(id: string): void;
};

/** A login with the set it came from. `setId` also tells logins apart in the budget. */
export type StoredLogin = { from: 'site' | 'maker' | 'device'; setId: string; login: Login };

export type VaultOptions = { key: KeyPort; sets: SealedSets; clock: Clock; log: Logger };

const LoginSchema = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ maxLength: 256 }),
});
const loginCheck = Compile(LoginSchema);

/** More would only feed the lock-out counters of cameras. */
const SETS_PER_GROUP = 4;
const ORDER = ['device', 'maker', 'site'] as const;

/** A maker's name as it is compared: `HIKVISION`, `Hikvision ` and `hikvision` are one. */
export function plainMaker(maker: string): string {
  return maker.trim().toLowerCase().slice(0, 128);
}

const placeOf = ({ id, kind, key }: Pick<SealedSet, 'id' | 'kind' | 'key'>) =>
  JSON.stringify([id, kind, key]);

/** Logins of cameras, sealed at rest. They go in; only admission takes them out, and nothing ever shows them. */
export class Vault {
  readonly #options: VaultOptions;
  #key: Uint8Array | undefined;

  constructor(options: VaultOptions) {
    this.#options = options;
  }

  /** Loads the key. Throws an Error that names the remedy. */
  start(): void {
    this.#key ??= this.#options.key.load();
  }

  /** Stores a login for the site, a maker or one device. The same user name of a group is replaced; the newest is tried first. */
  put(
    group: { kind: 'site' } | { kind: 'maker'; maker: string } | { kind: 'device'; id: string },
    login: Login,
  ): string {
    const { sets, clock } = this.#options;
    const { username, password } = login;
    const key = group.kind === 'site' ? '' : group.kind === 'maker' ? plainMaker(group.maker) : group.id;
    const before = this.#opened().filter(({ set }) => set.kind === group.kind && set.key === key);
    for (const { set, login: old } of before) if (old?.username === username) sets.dropSealed(set.id);
    for (const { set } of before.slice(SETS_PER_GROUP - 1)) sets.dropSealed(set.id);
    const row = { id: randomUUID(), kind: group.kind, key };
    const text = JSON.stringify({ username, password } satisfies Static<typeof LoginSchema>);
    sets.putSealed({ ...row, sealed: seal(this.#keyBytes(), text, placeOf(row)), setAtMs: clock.now() });
    return row.id;
  }

  drop(setId: string): void {
    this.#options.sets.dropSealed(setId);
  }

  /** Forgets what was stored for one device alone. */
  dropDevice(deviceId: string): void {
    for (const set of this.#options.sets.sealedSets())
      if (set.kind === 'device' && set.key === deviceId) this.drop(set.id);
  }

  summaries(): CredentialSetSummary[] {
    return this.#opened().map(({ set, login }) => ({
      id: set.id,
      group: groupOf(set),
      username: login?.username ?? '',
      setAtMs: set.setAtMs,
    }));
  }

  /** Tells logins of the configuration file apart in the budget: keyed, so that it does not help to guess a password. */
  fingerprint({ username, password }: Login): string {
    const mark = createHmac('sha256', this.#keyBytes()).update(JSON.stringify([username, password]));
    return mark.digest('hex').slice(0, 16);
  }

  /**
   * What may fit a device, in the order to try: its own, its maker's, the site's; the newest of each first.
   * @param names what the device calls itself (maker, name, hardware): before the first login only those tell its maker
   */
  loginsFor(deviceId: string, names: readonly string[]): StoredLogin[] {
    const plain = names.map(plainMaker);
    const fits = ({ kind, key }: SealedSet) => {
      if (kind === 'maker') return key !== '' && plain.some((name) => name.includes(key));
      return kind === 'site' || key === deviceId;
    };
    return this.#opened().flatMap(({ set, login }) =>
      login && fits(set) ? [{ from: set.kind, setId: set.id, login }] : [],
    );
  }

  #opened(): { set: SealedSet; login: Login | null }[] {
    const opened = this.#options.sets.sealedSets().map((set) => ({ set, login: this.#open(set) }));
    return opened.sort(
      (a, b) => ORDER.indexOf(a.set.kind) - ORDER.indexOf(b.set.kind) || b.set.setAtMs - a.set.setAtMs,
    );
  }

  #open(set: SealedSet): Login | null {
    const text = unseal(this.#keyBytes(), set.sealed, placeOf(set));
    const login: unknown = text === null ? null : JSON.parse(text);
    if (loginCheck.Check(login)) return login;
    this.#options.log.error({ set: set.id }, 'a stored login cannot be opened: enter the password again');
    return null;
  }

  #keyBytes(): Uint8Array {
    if (!this.#key) throw new Error('Vault: start() first');
    return this.#key;
  }
}

function groupOf({ kind, key }: SealedSet): CredentialSetSummary['group'] {
  if (kind === 'site') return { kind };
  return kind === 'maker' ? { kind, maker: key } : { kind, id: key };
}

/** The devices of a group, or one entry for site and maker. */
export function groupsOf(group: CredentialGroup) {
  return group.kind === 'devices' ? group.ids.map((id) => ({ kind: 'device' as const, id })) : [group];
}
