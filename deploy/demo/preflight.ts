import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { RefusalError, type Settings } from './settings.ts';

const NEEDED_BYTES = 500_000_000;

/** Parents first, one by one: a parent that takes no children (as below /proc) is refused at once. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o750 });
}

/** Makes the data folder and proves that it can be written. Throws a RefusalError. */
function checkFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    const probe = join(dataDir, '.write-probe');
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (cause) {
    throw new RefusalError(
      `the data folder ${dataDir} cannot be written: make it writable or set PINGAN_DATA_DIR to another folder`,
      { cause },
    );
  }
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < NEEDED_BYTES) {
    throw new RefusalError(
      `the disk of ${dataDir} has only ${Math.floor((bavail * bsize) / 1e6)} MB free: free ${NEEDED_BYTES / 1e6} MB or set PINGAN_DATA_DIR to another disk`,
    );
  }
}

/** Throws a RefusalError when somebody listens on the port already. */
function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      reject(
        new RefusalError(`port ${port} is taken: stop what uses it or set PINGAN_PORT to another one`, {
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** One demonstration per data folder. Returns the function that gives the folder back. Throws a RefusalError. */
function lock(dataDir: string): () => void {
  const file = join(dataDir, 'up.pid');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx', 0o640);
      writeFileSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch {
      const pid = Number(readFileSync(file, 'utf8'));
      if (Number.isInteger(pid) && pid > 0 && isAlive(pid)) {
        throw new RefusalError(
          `npm run up is already running on ${dataDir} (process ${pid}): stop it or set PINGAN_DATA_DIR to another folder`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new RefusalError(`${file} cannot be made: remove it and start again`);
}

/** Everything that can be said before anything is started. */
export async function preflight({ dataDir, port }: Settings): Promise<() => void> {
  checkFolder(dataDir);
  await checkPort(port);
  return lock(dataDir);
}
