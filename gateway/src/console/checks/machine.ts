import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { availableParallelism, loadavg, networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from '../../base/errors.ts';

/** How a TCP port answered. */
export type PortAnswer = 'open' | 'refused' | 'silent' | 'name-unknown';

/** What the self-check asks the machine; tests put their own in its place. */
export type Machine = {
  /** IPv4 addresses of this machine with their interface, loopback left out. */
  addresses(): { name: string; address: string }[];
  /** A small text file; null when there is none. */
  read(path: string): string | null;
  list(folder: string): string[];
  /** Makes the kernel ask for the hardware address of a neighbour; resolves after it had time to answer. */
  touch(address: string): Promise<void>;
  /** Resolves with an address of the name. Rejects with a system error. */
  resolve(name: string): Promise<string>;
  tryPort(host: string, port: number): Promise<PortAnswer>;
  disk(folder: string): Promise<{ freeBytes: number; totalBytes: number }>;
  cpu(): { cores: number; load: number };
};

const NEIGHBOUR_MS = 400;
const CONNECT_MS = 3000;
const RESOLVE_MS = 3000;
/** RFC 863, discard: nothing is expected to answer. */
const DISCARD_PORT = 9;
const UNKNOWN_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA']);

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function touch(address: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.send(Buffer.alloc(1), DISCARD_PORT, address, () => resolve()));
  await wait(NEIGHBOUR_MS);
  socket.close();
}

async function resolve(name: string): Promise<string> {
  const limit = new AbortController();
  const late = wait(RESOLVE_MS, undefined, { signal: limit.signal }).then(() => {
    throw Object.assign(new Error(`no answer within ${RESOLVE_MS} ms`), { code: 'ETIMEOUT' });
  });
  try {
    return await Promise.race([lookup(name, { family: 4 }).then(({ address }) => address), late]);
  } finally {
    limit.abort();
    late.catch(() => {});
  }
}

function tryPort(host: string, port: number): Promise<PortAnswer> {
  return new Promise((answer) => {
    const socket = connect({ host, port });
    const end = (verdict: PortAnswer) => {
      socket.destroy();
      answer(verdict);
    };
    socket.setTimeout(CONNECT_MS, () => end('silent'));
    socket.once('connect', () => end('open'));
    socket.once('error', (error) => {
      const code = codeOf(error) ?? '';
      if (code === 'ECONNREFUSED') end('refused');
      else end(UNKNOWN_NAME.has(code) ? 'name-unknown' : 'silent');
    });
  });
}

/** The machine this process runs on (Linux). */
export const thisMachine: Machine = {
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => ({ name, address })),
    ),
  read,
  list,
  touch,
  resolve,
  tryPort,
  disk: async (folder) => {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
  cpu: () => ({ cores: availableParallelism(), load: loadavg()[1] ?? 0 }),
};
