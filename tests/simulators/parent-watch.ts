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

function isPipe(descriptor: number): boolean {
  try {
    const facts = fstatSync(descriptor);
    return facts.isFIFO() || facts.isSocket();
  } catch {
    return false;
  }
}
