import type { DetectionResult, Picture } from '../pipeline.ts';

/** One picture and who waits for it. */
export type Job = {
  picture: Picture;
  /** A rule is armed on its camera: it goes before those of cameras where none is. */
  isUrgent?: boolean;
  settle(result: DetectionResult | null): void;
};

/** After so many urgent pictures in a row one that is not urgent has its turn. */
const URGENT_RUN = 3;

/**
 * Pictures that wait for a worker: the newest of each camera, urgent ones first, cameras in turn.
 *
 * A camera keeps its place in the line when a newer picture replaces its older one, and goes to the end once served, so
 * none waits for more than one picture of each other camera. A camera whose picture is being looked at waits until that
 * is done: its results come in the order of its pictures.
 */
export class PictureQueue {
  /** By camera id, in the order of the line. */
  readonly #waiting = new Map<string, Job>();
  readonly #busy = new Set<string>();
  #urgentInARow = 0;

  /** Puts a job in line; returns the older one of the same camera that it replaces. */
  add(job: Job): Job | undefined {
    const { cameraId } = job.picture;
    const older = this.#waiting.get(cameraId);
    this.#waiting.set(cameraId, job);
    return older;
  }

  /** Takes the next job; its camera is passed over until `done`. */
  next(): Job | undefined {
    const ready = [...this.#waiting.values()].filter(({ picture }) => !this.#busy.has(picture.cameraId));
    const calm = ready.find(({ isUrgent }) => !isUrgent);
    const urgent = ready.find(({ isUrgent }) => isUrgent);
    const job = urgent && (!calm || this.#urgentInARow < URGENT_RUN) ? urgent : calm;
    if (!job) return undefined;
    this.#urgentInARow = job.isUrgent ? this.#urgentInARow + 1 : 0;
    this.#waiting.delete(job.picture.cameraId);
    this.#busy.add(job.picture.cameraId);
    return job;
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
