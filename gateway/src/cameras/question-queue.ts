export type QuestionQueueOptions = {
  /** Most devices that are asked at a time. */
  limit: number;
  /** Asks one device; must not reject. */
  ask(deviceId: string): Promise<void>;
};

/** Devices that wait to be asked: each once however often it was named, never twice at a time, so many at a time. */
export class QuestionQueue {
  readonly #options: QuestionQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  #isOpen = false;

  constructor(options: QuestionQueueOptions) {
    this.#options = options;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Nothing more is asked; what is under way goes on. */
  close(): void {
    this.#isOpen = false;
  }

  add(deviceId: string): void {
    if (!this.#isOpen) return;
    this.#waiting.add(deviceId);
    this.#pump();
  }

  forget(deviceId: string): void {
    this.#waiting.delete(deviceId);
  }

  /** Whether a question is under way. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Resolves when those under way now have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Resolves when the device has been asked; at once when nothing is under way. */
  async asked(deviceId: string): Promise<void> {
    while (this.#waiting.has(deviceId) || this.#running.has(deviceId)) {
      await this.#running.get(deviceId);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #pump(): void {
    for (const id of this.#waiting) {
      if (this.#running.size >= this.#options.limit || !this.#isOpen) return;
      if (this.#running.has(id)) continue;
      this.#waiting.delete(id);
      const work = this.#options.ask(id);
      this.#running.set(id, work);
      void work.finally(() => {
        this.#running.delete(id);
        this.#pump();
      });
    }
  }
}
