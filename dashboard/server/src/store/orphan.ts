import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from '../base/errors.ts';

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

/** When the process began (clock ticks since boot), which tells it from a later one with the same number; null = gone. */
export async function processStart(pid: number): Promise<string | null> {
  const stat = await readOrNull(`/proc/${pid}/stat`);
  // The name in parentheses may hold spaces; starttime is field 22, the 20th after it (proc(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? null : (fields[19] ?? null);
}

/** The running server of this very cluster, left behind by a dashboard that was killed; null when there is none. */
export async function findOrphan(cluster: string): Promise<number | null> {
  const pid = Number((await readOrNull(join(cluster, 'postmaster.pid')))?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const words = (await readOrNull(`/proc/${pid}/cmdline`))?.split('\0') ?? [];
  const isOurs = words.some((word, i) => word === '-D' && words[i + 1] === cluster);
  return isOurs && (await processStart(pid)) !== null ? pid : null;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** Stops the orphan: fast, and after half the deadline at once. Resolves true when it is gone. */
export async function stopOrphan(pid: number, deadlineMs: number): Promise<boolean> {
  const steps = 100;
  signal(pid, 'SIGINT');
  for (let i = 0; i < steps; i += 1) {
    if ((await processStart(pid)) === null) return true;
    if (i === steps / 2) signal(pid, 'SIGQUIT');
    await wait(deadlineMs / steps);
  }
  return (await processStart(pid)) === null;
}
