import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { CameraStream, StreamConsumer } from '../pipeline.ts';

export type OnDemandStreamOptions = {
  /** Opened for the first consumer, closed some time after the last one has gone. */
  stream: CameraStream;
  /** Speaks for the camera while `stream` has neither played nor failed. */
  fallback: Pick<CameraStream, 'state'>;
  log: Logger;
  /** How long the session outlives its last consumer. */
  lingerMs?: number;
};

const LINGER_MS = 10_000;

/** A profile that has a session only while somebody wants it, however many do. */
export class OnDemandStream implements CameraStream {
  readonly #options: OnDemandStreamOptions;
  #consumers = 0;
  #stopped = false;
  #linger: NodeJS.Timeout | undefined;
  /** Opening and closing happen one after the other. */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: OnDemandStreamOptions) {
    this.#options = options;
  }

  get camera() {
    return this.#options.stream.camera;
  }

  get state() {
    const { stream, fallback } = this.#options;
    const isSilent = stream.state.kind === 'stopped' || stream.state.kind === 'connecting';
    return isSilent && !this.#stopped ? fallback.state : stream.state;
  }

  get facts() {
    return this.#options.stream.facts;
  }

  gop() {
    return this.#options.stream.gop();
  }

  subscribe(consumer: StreamConsumer): () => void {
    const unsubscribe = this.#options.stream.subscribe(consumer);
    this.#consumers += 1;
    this.#settle();
    let isOver = false;
    return () => {
      unsubscribe();
      if (isOver) return;
      isOver = true;
      this.#consumers -= 1;
      if (this.#consumers > 0 || this.#stopped) return;
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => this.#settle(), this.#options.lingerMs ?? LINGER_MS);
    };
  }

  start(): void {
    this.#stopped = false;
    this.#settle();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#linger);
    this.#settle();
    await this.#changing;
  }

  #settle(): void {
    const { stream, log } = this.#options;
    this.#changing = this.#changing
      .then(async () => {
        if (this.#consumers > 0 && !this.#stopped) stream.start();
        else await stream.stop();
      })
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'a profile could not be closed'));
  }
}
