/** A worker that says it is ready and never answers. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ kind }: { kind: string }) => {
  if (kind === 'stop') parentPort?.close();
});
parentPort?.postMessage({ kind: 'ready' });
