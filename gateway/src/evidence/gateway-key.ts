import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SignedText } from '@pingan/models/contract';
import { codeOf, messageOf } from '../base/errors.ts';
import { writeDurably } from './files.ts';

/** The gateway's own Ed25519 key: proves that evidence is this gateway's (RFC 8032). */
export class GatewayKey {
  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
  }

  /** The raw public key, base64url, 43 characters. */
  get publicKey(): string {
    const { x } = createPublicKey(this.#privateKey).export({ format: 'jwk' });
    if (x === undefined) throw new Error('an Ed25519 key without its point');
    return x;
  }

  /** The text as it travels, signed byte by byte. */
  sign(value: object): SignedText {
    const text = JSON.stringify(value);
    return { text, signature: sign(null, Buffer.from(text), this.#privateKey).toString('base64url') };
  }
}

/**
 * Reads the key, or makes it at the first start (mode 0600).
 * @throws Error with the remedy when the file is there and is no Ed25519 key: a new one would make older evidence unprovable
 */
export async function loadGatewayKey(path: string): Promise<GatewayKey> {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await writeDurably(path, pem);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new Error(
      `${path} is no private key (${messageOf(cause)}): restore it, or move it aside to begin with a new one`,
      {
        cause,
      },
    );
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${path} must be an Ed25519 key: move it aside to begin with a new one`);
  return new GatewayKey(key);
}
