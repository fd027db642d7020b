import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFile } from '@pingan/models/contract';

type Place = { gatewayId: string; id: string };

/** The offset that was asked for is not where the file stands. */
export class OffsetError extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`the file stands at ${offset}`);
    this.name = 'OffsetError';
    this.offset = offset;
  }
}

/** More came than was declared. */
export class OverflowError extends Error {
  constructor() {
    super('more bytes than the manifest declares');
    this.name = 'OverflowError';
  }
}

/**
 * Files of evidence below the data folder: `receiving/<gateway>/<id>` while they come, `stored/<gateway>/<id>` once they are proven.
 * Every name in a path has been checked against the contract's patterns before.
 */
export class EvidenceFiles {
  readonly #folder: string;
  /** Files that somebody writes at the moment. */
  readonly #busy = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(place: Place): Promise<void> {
    await mkdir(this.#at('receiving', place), { recursive: true, mode: 0o700 });
  }

  /** How many bytes of a file have come. */
  async offset(place: Place, name: string): Promise<number> {
    return stat(join(this.#at('receiving', place), name)).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /**
   * Writes what comes, from `offset` on; what has come when the connection breaks stays. Resolves with the new offset.
   * @throws OffsetError when the file stands elsewhere or somebody else writes it
   * @throws OverflowError when more comes than `limit` bytes in all
   */
  async append(
    { place, name, offset, limit }: { place: Place; name: string; offset: number; limit: number },
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const path = join(this.#at('receiving', place), name);
    if (this.#busy.has(path)) throw new OffsetError(await this.offset(place, name));
    this.#busy.add(path);
    try {
      const file = await open(path, 'a', 0o600);
      try {
        let { size } = await file.stat();
        if (size !== offset) throw new OffsetError(size);
        for await (const chunk of chunks) {
          if (size + chunk.length > limit) throw new OverflowError();
          await file.appendFile(chunk);
          size += chunk.length;
        }
        return size;
      } finally {
        await file.sync();
        await file.close();
      }
    } finally {
      this.#busy.delete(path);
    }
  }

  /** The first file that is not what the manifest says: too short, or other bytes; undefined when all are. */
  async firstWrong(
    place: Place,
    files: readonly EvidenceFile[],
  ): Promise<{ name: string; isShort: boolean } | undefined> {
    for (const { name, bytes, sha256 } of files) {
      const path = join(this.#at('receiving', place), name);
      if ((await this.offset(place, name)) < bytes) return { name, isShort: true };
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(path)) hash.update(chunk);
      if (hash.digest('hex') !== sha256) return { name, isShort: false };
    }
    return undefined;
  }

  /** Moves proven files to their place, durably. */
  async keep(place: Place): Promise<void> {
    const to = this.#at('stored', place);
    const parent = join(this.#folder, 'stored', place.gatewayId);
    await mkdir(parent, { recursive: true, mode: 0o700 });
    await rm(to, { recursive: true, force: true });
    await rename(this.#at('receiving', place), to);
    const handle = await open(parent, 'r');
    await handle.sync().finally(() => handle.close());
  }

  read(place: Place, name: string, range?: { start: number; end: number }): ReadStream {
    return createReadStream(join(this.#at('stored', place), name), range);
  }

  /** True when a stored file is there with its full length. */
  async has(place: Place, { name, bytes }: Pick<EvidenceFile, 'name' | 'bytes'>): Promise<boolean> {
    return stat(join(this.#at('stored', place), name)).then(
      ({ size }) => size === bytes,
      () => false,
    );
  }

  async remove(place: Place): Promise<void> {
    for (const state of ['receiving', 'stored'] as const) {
      await rm(this.#at(state, place), { recursive: true, force: true });
    }
  }

  async forget(place: Place, name: string): Promise<void> {
    await rm(join(this.#at('receiving', place), name), { force: true });
  }

  #at(state: 'receiving' | 'stored', { gatewayId, id }: Place): string {
    return join(this.#folder, state, gatewayId, id);
  }
}
