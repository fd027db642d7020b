import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a random token of at least 128 bits: all that is stored of it. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** True when `token` has the hash; takes the same time whatever differs. */
export function tokenMatches(token: string, hash: Uint8Array): boolean {
  const actual = hashToken(token);
  return actual.length === hash.length && timingSafeEqual(actual, hash);
}
