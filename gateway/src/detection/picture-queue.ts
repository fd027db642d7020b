import type { DetectionResult, Picture } from '../pipeline.ts';

/** One picture and who waits for it. */
export type Job = { picture: Picture; settle(result: DetectionResult | null): void };

/**
 * Pictures that wait for a worker: the newest of each camera, cameras in turn.
 *
 * A camera keeps its place in the line when a newer picture replaces its older one, and goes to the end once served, so
 * none waits for more than one picture of each other camera. A camera whose picture is being looked at waits until that
 * is done: its results come in the order of its pictures.
 */
export class PictureQueue {
  /** By camera id, in the order of the line. */
  readonly #waiting = new Map<string, Job>();
  readonly #busy = new Set<string>();

  /** Puts a job in line; returns the older one of the same camera that it replaces. */
  add(job: Job): Job | undefined {
    const { cameraId } = job.picture;
    const older = this.#waiting.get(cameraId);
    this.#waiting.set(cameraId, job);
    return older;
  }

  /** Takes the next job; its camera is passed over until `done`. */
  next(): Job | undefined {
    for (const [cameraId, job] of this.#waiting) {
      if (this.#busy.has(cameraId)) continue;
      this.#waiting.delete(cameraId);
      this.#busy.add(cameraId);
      return job;
    }
    return undefined;
  }

  /** The camera's picture has been looked at, or was given up. */
  done(cameraId: string): void {
    this.#busy.delete(cameraId);
  }

  /** Takes everything out of the line. */
  clear(): Job[] {
    const jobs = [...this.#waiting.values()];
    this.#waiting.clear();
    return jobs;
  }
}
