import { readdirSync, readFileSync } from 'node:fs';

/** What may leak: descriptors and descendants of this process, and its memory. */
export function processCounts(): { descriptors: number; processes: number; rssMb: number } {
  return {
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
