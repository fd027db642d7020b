import type { Detection } from '@pingan/models/contract';

/** What a worker is started with. */
export type WorkerSettings = {
  /** Name in the detectors' registry. */
  model: string;
  /** Lowest confidence to report, 0.01..1. */
  minScore: number;
  /** Labels to report; all when absent. */
  labels?: readonly string[];
};

/** Pool → worker. The picture's bytes are a copy that belongs to the worker. */
export type WorkerRequest =
  | { kind: 'detect'; width: number; height: number; data: Uint8Array }
  | { kind: 'stop' };

/** Worker → pool. One `ready` after start, then one `detected` or `failed` per picture. */
export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'detected'; detections: Detection[]; inferenceMs: number }
  | { kind: 'failed'; message: string };
