import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes of the vault's key: AES-256. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where the vault's key comes from: a file today, a TPM where a box has one. Throws an Error that names the remedy. */
export type KeyPort = { load(): Uint8Array };

/**
 * Seals a text with AES-256-GCM: nonce (12 bytes), tag (16), ciphertext. `place` is bound to it, so that a sealed text that is moved to
 * another row does not open there.
 */
export function seal(key: Uint8Array, text: string, place: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Opens what `seal` made; null when the key or the place is another one or a byte was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, place: string): string | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
