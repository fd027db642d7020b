import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { seal, unseal } from '../../../gateway/src/cameras/vault/cipher.ts';
import { KeyFile } from '../../../gateway/src/cameras/vault/key-file.ts';
import { type SealedSet, Vault } from '../../../gateway/src/cameras/vault/vault.ts';

const KEY = new Uint8Array(32).fill(3);

function vault(key: Uint8Array = KEY, rows = new Map<string, SealedSet>()) {
  let nowMs = 0;
  const clock = {
    now: () => {
      nowMs += 1;
      return nowMs;
    },
    monotonic: () => nowMs,
  };
  const sets = {
    sealedSets: () => [...rows.values()],
    putSealed: (set: SealedSet) => void rows.set(set.id, set),
    dropSealed: (id: string) => void rows.delete(id),
  };
  const subject = new Vault({ key: { load: () => key }, sets, clock, log: silentLogger });
  subject.start();
  return { subject, rows };
}

describe('sealing', () => {
  test('gives any text back, and never the same bytes twice', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const sealed = seal(KEY, text, 'here');
        expect(unseal(KEY, sealed, 'here')).toBe(text);
        expect(Buffer.from(sealed).equals(Buffer.from(seal(KEY, text, 'here')))).toBe(false);
      }),
    );
  });

  test('opens neither with another key, nor at another place, nor with any bit changed', () => {
    const sealed = seal(KEY, 'secret', 'here');
    expect(unseal(new Uint8Array(32).fill(4), sealed, 'here')).toBeNull();
    expect(unseal(KEY, sealed, 'there')).toBeNull();
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
      expect(unseal(KEY, changed, 'here')).toBeNull();
    }
    expect(unseal(KEY, sealed.subarray(0, 20), 'here')).toBeNull();
  });
});

describe('the key file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pingan-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is made once, for its owner alone, and stays the same', () => {
    const path = join(folder, 'vault.key');
    const key = new KeyFile(path).load();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Buffer.from(new KeyFile(path).load()).equals(Buffer.from(key))).toBe(true);
    expect(readFileSync(path)).toHaveLength(32);
  });

  test('that others can read, or that is damaged, is refused with the remedy', () => {
    const path = join(folder, 'vault.key');
    new KeyFile(path).load();
    chmodSync(path, 0o640);
    expect(() => new KeyFile(path).load()).toThrow(/chmod 600/);
    chmodSync(path, 0o600);
    writeFileSync(path, 'short');
    expect(() => new KeyFile(path).load()).toThrow(/damaged.*enter the camera passwords again/);
  });
});

describe('the vault', () => {
  const login = (password: string, username = 'admin') => ({ username, password });

  test('gives a device its own login first, then its maker’s, then the site’s; the newest of each first', () => {
    const { subject } = vault();
    subject.put({ kind: 'site' }, login('s1', 'a'));
    subject.put({ kind: 'site' }, login('s2', 'b'));
    subject.put({ kind: 'maker', maker: 'HikVision ' }, login('m'));
    subject.put({ kind: 'maker', maker: 'Dahua' }, login('other'));
    subject.put({ kind: 'device', id: 'cam-1' }, login('d'));
    subject.put({ kind: 'device', id: 'cam-2' }, login('another'));
    const found = subject.loginsFor('cam-1', ['HIKVISION DS-2CD']);
    expect(found.map(({ from, login: { password } }) => [from, password])).toEqual([
      ['device', 'd'],
      ['maker', 'm'],
      ['site', 's2'],
      ['site', 's1'],
    ]);
    expect(subject.loginsFor('cam-9', ['']).map(({ from }) => from)).toEqual(['site', 'site']);
  });

  test('replaces the login of the same user name and keeps few of a group', () => {
    const { subject } = vault();
    for (const password of ['1', '2', '3']) subject.put({ kind: 'site' }, login(password));
    expect(subject.loginsFor('x', []).map(({ login: { password } }) => password)).toEqual(['3']);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) subject.put({ kind: 'site' }, login('p', name));
    expect(subject.loginsFor('x', []).map(({ login: { username } }) => username)).toEqual([
      'f',
      'e',
      'd',
      'c',
    ]);
  });

  test('shows who may log in but no password, and nothing readable is kept', () => {
    const { subject, rows } = vault();
    subject.put({ kind: 'device', id: 'cam-1' }, login('CANARY-7f3a%21@:'));
    expect(subject.summaries()).toMatchObject([
      { group: { kind: 'device', id: 'cam-1' }, username: 'admin' },
    ]);
    expect(JSON.stringify(subject.summaries())).not.toContain('CANARY');
    for (const { sealed } of rows.values()) {
      expect(Buffer.from(sealed).includes('CANARY')).toBe(false);
      expect(Buffer.from(sealed).includes('admin')).toBe(false);
    }
  });

  test('goes on without what another key has sealed', () => {
    const { subject, rows } = vault();
    subject.put({ kind: 'site' }, login('p'));
    const other = vault(new Uint8Array(32).fill(9), rows).subject;
    expect(other.loginsFor('x', [])).toEqual([]);
    expect(other.summaries()).toMatchObject([{ username: '' }]);
  });

  test('forgets the login of one device alone', () => {
    const { subject } = vault();
    subject.put({ kind: 'site' }, login('s'));
    subject.put({ kind: 'device', id: 'cam-1' }, login('d'));
    subject.dropDevice('cam-1');
    expect(subject.loginsFor('cam-1', []).map(({ from }) => from)).toEqual(['site']);
  });
});
