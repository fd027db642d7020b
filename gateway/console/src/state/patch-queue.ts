import type { ProgressPatch } from '../../../src/console/interface.ts';

/** One patch that does what two in a row would do: of two drafts of a field, or verdicts of a camera, the later one counts. */
export function joinPatches(earlier: ProgressPatch, later: ProgressPatch): ProgressPatch {
  const drafts = new Map(
    [...(earlier.drafts ?? []), ...(later.drafts ?? [])].map((draft) => [draft.key, draft]),
  );
  const pictures = new Map(
    [...(earlier.pictures ?? []), ...(later.pictures ?? [])].map((picture) => [picture.cameraId, picture]),
  );
  return {
    ...earlier,
    ...later,
    ...(drafts.size > 0 ? { drafts: [...drafts.values()] } : {}),
    ...(pictures.size > 0 ? { pictures: [...pictures.values()] } : {}),
  };
}

export type PatchQueueOptions = {
  send(patch: ProgressPatch, isLast: boolean): Promise<void>;
  /** `saved` when nothing waits, `failed` until the next change is kept. */
  onState(state: 'saved' | 'saving' | 'failed'): void;
  onError(error: unknown): void;
  /** Whether a failed patch may succeed later; others are dropped. */
  isPassing(error: unknown): boolean;
  pauseMs: number;
  retryMs: number;
};

/** Changes wait a moment, go out one after the other, and stay in line while the gateway does not answer. */
export class PatchQueue {
  readonly #options: PatchQueueOptions;
  #waiting: ProgressPatch | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;

  constructor(options: PatchQueueOptions) {
    this.#options = options;
  }

  add(patch: ProgressPatch): void {
    this.#waiting = this.#waiting ? joinPatches(this.#waiting, patch) : patch;
    this.#options.onState('saving');
    this.#sendIn(this.#options.pauseMs);
  }

  /** Sends what waits without a pause; for a page that is being left, with `isLast`. */
  flush(isLast = false): void {
    clearTimeout(this.#timer);
    void this.#send(isLast);
  }

  #sendIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(false), ms);
  }

  async #send(isLast: boolean): Promise<void> {
    const patch = this.#waiting;
    if (!patch || (this.#sending && !isLast)) return;
    this.#waiting = null;
    this.#sending = true;
    const { send, onState, onError, isPassing, retryMs } = this.#options;
    try {
      await send(patch, isLast);
      if (!this.#waiting) onState('saved');
    } catch (error) {
      onError(error);
      onState('failed');
      if (isPassing(error)) {
        this.#waiting = this.#waiting ? joinPatches(patch, this.#waiting) : patch;
        this.#sendIn(retryMs);
      }
    } finally {
      this.#sending = false;
    }
    if (this.#waiting && !isLast) this.#sendIn(retryMs);
  }
}
