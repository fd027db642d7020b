import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../base/errors.ts';
import { verifyPassword } from './passwords.ts';

export const FIRST_USER = 'admin';
const PASSWORD_BYTES = 12;

export type FirstUserPorts = {
  find(username: string): Promise<{ passwordHash: string } | undefined>;
  add(user: { username: string; password: string; role: 'admin'; actor: string }): Promise<boolean>;
  setPassword(username: string, password: string): Promise<void>;
};

export type FirstUserOptions = {
  dataDir: string;
  /** Given by the operator; undefined = generate one. */
  given: string | undefined;
  ports: FirstUserPorts;
};

/** The file that a generated password is in. */
export const passwordFile = (dataDir: string) => join(dataDir, 'admin-password.txt');

async function generate(dataDir: string): Promise<string> {
  const file = passwordFile(dataDir);
  const existing = await readFile(file, 'utf8').catch(() => '');
  if (existing.trim() !== '') return existing.trim();
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  try {
    await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw explainFileError(file, error);
  }
  return password;
}

/**
 * Sees to it that `admin` exists. A given password is set (and replaces another one); without one a password is generated once
 * into a file of mode 0600. The file is written before the user, so that no kill in between locks everybody out.
 * Returns what a start should tell: the file, when the password in it was made now.
 */
export async function ensureFirstUser({
  dataDir,
  given,
  ports,
}: FirstUserOptions): Promise<{ file: string | null }> {
  const found = await ports.find(FIRST_USER);
  if (found !== undefined) {
    if (given !== undefined && !(await verifyPassword(given, found.passwordHash))) {
      await ports.setPassword(FIRST_USER, given);
    }
    return { file: null };
  }
  const password = given ?? (await generate(dataDir));
  await ports.add({ username: FIRST_USER, password, role: 'admin', actor: 'system' });
  return { file: given === undefined ? passwordFile(dataDir) : null };
}
