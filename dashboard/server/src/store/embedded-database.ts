import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { decoderOf } from '@pingan/models/contract';
import pg from 'pg';
import { Type } from 'typebox';
import { explainFileError, messageOf, StartError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DatabaseServer } from './database-server.ts';
import { findOrphan, processStart, stopOrphan } from './orphan.ts';
import {
  type Binaries,
  decideRunAs,
  findBinaries,
  initialiseCluster,
  type RunAs,
  spawnPostgres,
  stopPostgres,
} from './postgres-process.ts';

/** What is recorded beside the cluster, so that commands on the same data folder find the running server. */
const RecordSchema = Type.Object({
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  owner: Type.Object({ pid: Type.Integer({ minimum: 2 }), started: Type.String({ maxLength: 32 }) }),
});
const records = decoderOf(RecordSchema);

const READY_DEADLINE_MS = 20_000;
const RETRY_DEADLINE_MS = 10_000;
const STDERR_LIMIT = 2000;
const DATABASE = 'pingan';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** A PostgreSQL of our own below the data folder, on a free loopback port with a random password. */
export class EmbeddedDatabase implements DatabaseServer {
  readonly #folder: string;
  readonly #log: Logger;
  #child: ChildProcess | undefined;
  #stderr = '';

  /** @param folder absolute; holds `cluster/`, `password` and `server.json` */
  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  async start(): Promise<string> {
    try {
      return await this.#start();
    } catch (error) {
      await this.stop();
      throw explainFileError(this.#folder, error);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    await stopPostgres(child);
    await rm(this.#path('server.json'), { force: true });
  }

  /** URL of the server that another process runs on this folder; null when none runs. */
  async findRunning(): Promise<string | null> {
    const record = await this.#readRecord();
    if (record === null || !(await this.#isAlive(record.owner))) return null;
    return this.#url(record.port, await readFile(this.#path('password'), 'utf8'), DATABASE);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #url(port: number, password: string, database: string): string {
    return `postgres://pingan:${password}@127.0.0.1:${port}/${database}`;
  }

  async #start(): Promise<string> {
    const binaries = await findBinaries();
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    await this.#refuseSecondOwner();
    const runAs = await decideRunAs(binaries, this.#path('home'));
    const cluster = join(this.#path('home'), 'cluster');
    const orphan = await findOrphan(cluster);
    if (orphan !== null) {
      this.#log.warn({ pid: orphan }, 'database: stopping the server that a killed dashboard left behind');
      if (!(await stopOrphan(orphan, RETRY_DEADLINE_MS))) {
        throw new StartError(
          `the old database server (process ${orphan}) does not stop: end it and start again`,
        );
      }
    }
    const password = await this.#password();
    if (!(await exists(cluster))) await this.#initialise({ binaries, runAs, cluster, password });
    const port = await this.#run({ binaries, runAs, cluster, password });
    await this.#writeRecord(port);
    await this.#createDatabase(this.#url(port, password, 'postgres'));
    return this.#url(port, password, DATABASE);
  }

  async #refuseSecondOwner(): Promise<void> {
    const record = await this.#readRecord();
    if (record === null || !(await this.#isAlive(record.owner))) return;
    throw new StartError(
      `the data folder is in use by the running dashboard (process ${record.owner.pid}): stop it or choose another dataDir`,
    );
  }

  async #isAlive({ pid, started }: { pid: number; started: string }): Promise<boolean> {
    return (await processStart(pid)) === started;
  }

  async #readRecord() {
    try {
      return records.decode(await readFile(this.#path('server.json')));
    } catch {
      return null;
    }
  }

  async #writeRecord(port: number): Promise<void> {
    const owner = { pid: process.pid, started: (await processStart(process.pid)) ?? '' };
    const draft = this.#path('server.json.new');
    await writeFile(draft, JSON.stringify({ port, owner }), { mode: 0o600 });
    await rename(draft, this.#path('server.json'));
  }

  async #password(): Promise<string> {
    const file = this.#path('password');
    if (!(await exists(file))) {
      await writeFile(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600 });
      await rename(`${file}.new`, file);
    }
    return readFile(file, 'utf8');
  }

  /** Made aside and renamed when complete: a kill in the middle leaves nothing that looks like a cluster. */
  async #initialise(options: {
    binaries: Binaries;
    runAs: RunAs;
    cluster: string;
    password: string;
  }): Promise<void> {
    const { binaries, runAs, cluster, password } = options;
    const draft = `${cluster}.new`;
    const passwordFile = `${cluster}.password`;
    await rm(draft, { recursive: true, force: true });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(passwordFile, runAs.uid, runAs.gid);
    try {
      await initialiseCluster({ binaries, runAs, folder: draft, passwordFile });
      await rename(draft, cluster);
    } finally {
      await rm(passwordFile, { force: true });
    }
  }

  /** Starts and waits until it answers; a server that dies at once is tried again for some seconds. */
  async #run(options: {
    binaries: Binaries;
    runAs: RunAs;
    cluster: string;
    password: string;
  }): Promise<number> {
    const { binaries, runAs, cluster, password } = options;
    const until = Date.now() + RETRY_DEADLINE_MS;
    for (;;) {
      const port = await freePort();
      const child = spawnPostgres({ binaries, runAs, folder: cluster, port });
      this.#child = child;
      this.#stderr = '';
      child.on('error', (error) => this.#keep(messageOf(error)));
      child.stderr?.on('data', (chunk: Buffer) => this.#keep(chunk.toString()));
      if (await this.#answers(child, this.#url(port, password, 'postgres'))) return port;
      await stopPostgres(child);
      if (Date.now() > until) throw new StartError(`the database does not start: ${this.#reason()}`);
      await wait(300);
    }
  }

  #keep(text: string): void {
    this.#stderr = `${this.#stderr}${text}`.slice(-STDERR_LIMIT);
    this.#log.debug({ text: text.trim().slice(0, STDERR_LIMIT) }, 'database: server says');
  }

  #reason(): string {
    if (/No space left/i.test(this.#stderr)) return 'the disk is full: free some space and start again';
    return this.#stderr.trim().split('\n').at(-1) ?? 'it ends without a word';
  }

  async #answers(child: ChildProcess, url: string): Promise<boolean> {
    const until = Date.now() + READY_DEADLINE_MS;
    const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    while (isRunning() && Date.now() < until) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return true;
      } catch {
        await wait(50);
      }
    }
    return false;
  }

  async #createDatabase(url: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    } finally {
      await client.end();
    }
  }
}
