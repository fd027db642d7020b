import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export type ProcessCounts = {
  descriptors: number;
  processes: number;
  /** What a full garbage collection leaves, JavaScript and buffers: memory that somebody still holds. */
  heldMb: number;
  /** With what V8 and the allocator keep for later. */
  rssMb: number;
};

/** What may leak: descriptors and descendants of this process, and its memory. */
export function processCounts(): ProcessCounts {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return {
    heldMb: Math.round((heapUsed + external) / 2 ** 20),
    descriptors: readdirSync('/proc/self/fd').length,
    processes: descendantsOf(process.pid).length,
    rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}

/** Processes below that one, nearest first; empty when it is gone. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** Every thread lists the children that it started (proc(5)). */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}
