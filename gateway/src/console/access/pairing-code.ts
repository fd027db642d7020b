import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** How long a pairing code may be used. */
export const CODE_LIFE_MS = 10 * 60_000;
/** Crockford's base 32: no I, L, O, U, so that a code read from a screen or by telephone is typed right. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 8 × 5 bits; with the desk's throttle an attacker has at most 600 guesses in the life of a code. */
const LENGTH = 8;
const KEY_BYTES = 32;

const StoredCodeSchema = Type.Object({
  salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  expiresAtMs: Type.Number(),
});

const fileOf = (dataDir: string) => join(dataDir, 'console-code.json');

function derive(code: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, KEY_BYTES, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** What a person typed, as the code is written: letters up, spaces and dashes gone, look-alikes mapped. */
export function normaliseCode(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replaceAll('U', 'V');
}

/**
 * Makes a new pairing code; one made before is void. Only its salted hash is kept, in a file of mode 0600 in the
 * data folder, where a running gateway finds it. Rejects when the folder cannot be written.
 * @returns the code in two groups of four, such as `K7QM-3XWD`
 */
export async function makePairingCode(dataDir: string, nowMs: number): Promise<string> {
  const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const salt = randomBytes(16);
  const hash = await derive(code, salt);
  const stored = {
    salt: salt.toString('hex'),
    hash: hash.toString('hex'),
    expiresAtMs: nowMs + CODE_LIFE_MS,
  };
  const file = fileOf(dataDir);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(stored), { mode: 0o600 });
  renameSync(draft, file);
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

export type CodeVerdict = 'right' | 'wrong' | 'expired' | 'none';

function readStored(dataDir: string) {
  try {
    const stored: unknown = JSON.parse(readFileSync(fileOf(dataDir), 'utf8'));
    return Value.Check(StoredCodeSchema, stored) ? stored : null;
  } catch {
    return null;
  }
}

/** Compares a typed code in constant time. A right one is used up; of several that try at once only the first is right. */
export async function usePairingCode(dataDir: string, typed: string, nowMs: number): Promise<CodeVerdict> {
  const stored = readStored(dataDir);
  if (!stored) return 'none';
  if (nowMs > stored.expiresAtMs || stored.expiresAtMs - nowMs > CODE_LIFE_MS) return 'expired';
  const key = await derive(normaliseCode(typed), Buffer.from(stored.salt, 'hex'));
  if (!timingSafeEqual(key, Buffer.from(stored.hash, 'hex'))) return 'wrong';
  if (readStored(dataDir)?.hash !== stored.hash) return 'none';
  rmSync(fileOf(dataDir), { force: true });
  return 'right';
}
