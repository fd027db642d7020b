import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for every reader (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;

type ProcessStat = { pid: number; parent: number; ownTicks: number; reapedTicks: number };

/** What a process and everything it started used. */
export type TreeUsage = {
  /** Processor time of the process itself, seconds. */
  ownCpuS: number;
  /** Processor time of all its descendants, those that ended included, seconds. */
  childCpuS: number;
  /** Resident memory of the process itself, MB. */
  ownRssMb: number;
  /** Memory of its descendants, shared pages divided among those that share them (PSS), MB. */
  childPssMb: number;
};

/** proc_pid_stat(5): the name may hold spaces and parentheses, so fields are counted from its last one. */
function readStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return { pid, parent: field(4), ownTicks: field(14) + field(15), reapedTicks: field(16) + field(17) };
  } catch {
    return null;
  }
}

function memoryMb(pid: number, file: 'status' | 'smaps_rollup', key: 'VmRSS' | 'Pss'): number {
  try {
    const line = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/${file}`, 'latin1'),
    );
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Reads the whole process table once and adds up the trees below the given roots. */
export function readTrees<Name extends string>(roots: Record<Name, number>): Record<Name, TreeUsage>;
export function readTrees(roots: Record<string, number>): Record<string, TreeUsage> {
  const table = readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .map(readStat)
    .filter((stat) => stat !== null);
  const childrenOf = (pid: number): ProcessStat[] =>
    table.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...childrenOf(child.pid)]);
  const usageOf = (pid: number): TreeUsage => {
    const root = table.find((stat) => stat.pid === pid);
    if (root === undefined) throw new Error(`process ${pid} is gone`);
    const children = childrenOf(pid);
    const childTicks = children.reduce((sum, { ownTicks, reapedTicks }) => sum + ownTicks + reapedTicks, 0);
    return {
      ownCpuS: root.ownTicks / TICKS_PER_SECOND,
      childCpuS: (root.reapedTicks + childTicks) / TICKS_PER_SECOND,
      ownRssMb: memoryMb(pid, 'status', 'VmRSS'),
      childPssMb: children.reduce((sum, child) => sum + memoryMb(child.pid, 'smaps_rollup', 'Pss'), 0),
    };
  };
  return Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, usageOf(pid)]));
}
