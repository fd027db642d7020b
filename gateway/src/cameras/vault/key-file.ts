import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { codeOf, messageOf } from '../../base/errors.ts';
import { KEY_BYTES, type KeyPort } from './cipher.ts';

/** The vault's key in a file of mode 0600, made at the first start. */
export class KeyFile implements KeyPort {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the key and makes it when there is none. Throws when the file can be read by others or is damaged. */
  load(): Uint8Array {
    return this.#read() ?? this.#make();
  }

  #read(): Uint8Array | null {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw new Error(`the vault’s key ${this.#path} cannot be read: ${messageOf(cause)}`, { cause });
    }
    try {
      if ((fstatSync(file).mode & 0o077) !== 0)
        throw new Error(`the vault’s key ${this.#path} can be read by others: chmod 600 ${this.#path}`);
      const key = readFileSync(file);
      if (key.length === KEY_BYTES) return key;
      throw new Error(
        `the vault’s key ${this.#path} is damaged: put back a copy, or remove it and enter the camera passwords again`,
      );
    } finally {
      closeSync(file);
    }
  }

  /** Written beside and linked into place, so that two processes that start together share one whole key. */
  #make(): Uint8Array {
    const draft = `${this.#path}.${process.pid}.new`;
    const file = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, randomBytes(KEY_BYTES));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(draft, this.#path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const key = this.#read();
    if (!key) throw new Error(`the vault’s key ${this.#path} could not be made: check the folder`);
    return key;
  }
}
