import type { LiveTicket } from '../api/types.ts';
import { playOnce } from './live-session.ts';
import { type LiveState, retryDelayMs } from './live-state.ts';

export type LivePlayerOptions = {
  video: HTMLVideoElement;
  /** A new one-time ticket for every attempt. */
  requestTicket: (signal: AbortSignal) => Promise<LiveTicket>;
  onState: (state: LiveState) => void;
};

const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

/** Keeps one camera's live video playing in one element: a new ticket and a longer wait after every failure. */
export class LivePlayer {
  readonly #options: LivePlayerOptions;
  #abort: AbortController | undefined;

  constructor(options: LivePlayerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#abort !== undefined) return;
    const abort = new AbortController();
    this.#abort = abort;
    void this.#run(abort.signal);
  }

  /** Ends the video and frees socket and buffers at once; may be called twice. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { video, requestTicket, onState } = this.#options;
    const tell = (state: LiveState) => {
      if (!signal.aborted) onState(state);
    };
    let failures = 0;
    while (!signal.aborted) {
      tell({ kind: 'connecting', attempt: failures + 1 });
      const end = await playOnce({ video, requestTicket, signal, onState: tell });
      if (end.kind === 'unsupported') {
        tell(end);
        return;
      }
      if (end.isFinal) {
        tell({ kind: 'failed', cause: end.cause, retryAtMs: null });
        return;
      }
      failures = end.hasPlayed ? 0 : failures + 1;
      const delayMs = retryDelayMs(failures, Math.random());
      tell({ kind: 'failed', cause: end.cause, retryAtMs: Date.now() + delayMs });
      await waitFor(delayMs, signal);
    }
  }
}
