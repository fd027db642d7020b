import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignedText } from '@pingan/models/contract';
import { codeOf, explainFileError, StartError } from '../base/errors.ts';

/** The centre's Ed25519 key: signs commands and desired configurations (RFC 8032). */
export type CommandKey = { privateKey: KeyObject; publicPem: string };

const FILE = 'command-key.pem';

function keyOf(pem: string, file: string): CommandKey {
  try {
    const privateKey = createPrivateKey(pem);
    const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    return { privateKey, publicPem };
  } catch (cause) {
    throw new StartError(
      `${file} is no private key: restore it from a backup (gateways trust only that one)`,
      { cause },
    );
  }
}

/** Reads the key below the data folder, or makes it at the first start (mode 0600, renamed when complete). */
export async function loadCommandKey(dataDir: string): Promise<CommandKey> {
  const file = join(dataDir, FILE);
  try {
    return keyOf(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    await writeFile(`${file}.new`, pem, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw explainFileError(file, error);
  }
  return keyOf(pem, file);
}

/** The text as it travels: signed as it is, byte by byte. */
export function signText(key: CommandKey, value: object): SignedText {
  const text = JSON.stringify(value);
  return { text, signature: sign(null, Buffer.from(text), key.privateKey).toString('base64url') };
}
