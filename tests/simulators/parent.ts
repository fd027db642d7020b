import { fstatSync } from 'node:fs';

const POLL_MS = 1000;

/**
 * Calls `onGone` once when the process that started this one is gone: its IPC channel or the pipe on stdin closes, or this process
 * gets another parent. A stdin that is a terminal, a file or /dev/null says nothing about the parent and is left alone.
 */
export function watchParent(onGone: () => void): void {
  let isGone = false;
  const gone = () => {
    if (isGone) return;
    isGone = true;
    onGone();
  };
  process.once('disconnect', gone);
  if (isPipe(0)) {
    process.stdin.once('end', gone).once('error', gone).resume();
    process.stdin.unref?.();
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, POLL_MS).unref();
}

/** Tells the parent that this process is ready: one JSON line on stdout, and a message where there is an IPC channel. */
export function tellParent(ready: Readonly<Record<string, unknown>>): void {
  const ignore = () => undefined;
  process.send?.(ready, undefined, undefined, ignore);
  process.stdout.on('error', ignore).write(`${JSON.stringify(ready)}\n`);
}

function isPipe(descriptor: number): boolean {
  try {
    const facts = fstatSync(descriptor);
    return facts.isFIFO() || facts.isSocket();
  } catch {
    return false;
  }
}
