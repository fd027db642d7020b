import type { Writable } from 'node:stream';

/** Writes bytes one at a time until all are out or the stream is gone. */
export function drip(
  stream: Writable,
  bytes: Buffer,
  options: { byteEveryMs: number; onDone?: () => void },
): void {
  let at = 0;
  const timer = setInterval(() => {
    if (stream.destroyed || at >= bytes.length) {
      clearInterval(timer);
      if (!stream.destroyed) options.onDone?.();
      return;
    }
    stream.write(bytes.subarray(at, ++at));
  }, options.byteEveryMs);
  stream.once('close', () => clearInterval(timer));
}
