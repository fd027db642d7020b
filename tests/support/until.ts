import { setTimeout as wait } from 'node:timers/promises';

/** Resolves with the first value that is neither null, undefined nor false; rejects after `limitMs` naming what was awaited. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<Exclude<T, null | undefined | false>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await wait(10);
  }
}

function isThere<T>(value: T): value is Exclude<T, null | undefined | false> {
  return value !== null && value !== undefined && value !== false;
}
