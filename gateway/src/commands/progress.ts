/** Progress of a long command on standard error: one line that is written over on a terminal, nothing in between elsewhere. */
export type Progress = { show(text: string): void; end(text: string): void };

const EVERY_MS = 200;

export function createProgress(name: string): Progress {
  const { stderr } = process;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const nowMs = performance.now();
      if (!stderr.isTTY || nowMs - shownAtMs < EVERY_MS) return;
      shownAtMs = nowMs;
      stderr.write(`\r\u001b[K${name}: ${text}`);
    },
    end(text) {
      stderr.write(`${stderr.isTTY ? '\r\u001b[K' : ''}${name}: ${text}\n`);
    },
  };
}
