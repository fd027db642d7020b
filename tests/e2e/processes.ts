import { readdirSync, readFileSync } from 'node:fs';

export type RunningProcess = { pid: number; parent: number; name: string; startedAt: string };

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Fields of /proc/<pid>/stat, proc_pid_stat(5): the name in parentheses may itself hold any character. */
function readProcess(pid: number): RunningProcess | null {
  const stat = readText(`/proc/${pid}/stat`);
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  if (open === -1 || close === -1) return null;
  const fields = stat.slice(close + 2).split(' ');
  if (fields[0] === 'Z') return null;
  return {
    pid,
    parent: Number(fields[1]),
    name: stat.slice(open + 1, close),
    startedAt: fields[19] ?? '',
  };
}

function allProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
    .map(readProcess)
    .filter((one) => one !== null);
}

/** A process and everything below it. */
export function treeOf(root: number): RunningProcess[] {
  const all = allProcesses();
  const tree = all.filter(({ pid }) => pid === root);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

/** Those of the processes that still run; a reused process id is not the same process. */
export const stillRunning = (known: readonly RunningProcess[]): RunningProcess[] =>
  known.filter(({ pid, startedAt }) => readProcess(pid)?.startedAt === startedAt);

/** Processes whose command line or environment names a folder, whoever their parent has become. */
export const processesNaming = (folder: string): RunningProcess[] =>
  allProcesses().filter(({ pid }) =>
    ['cmdline', 'environ'].some((part) => readText(`/proc/${pid}/${part}`).includes(folder)),
  );
