/** What a viewer needs of its WebSocket. */
export type ViewerSocket = {
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Ends at once, without a word: what waits would never arrive. */
  terminate(): void;
};

/** Above this nothing more is sent until the next keyframe. */
const SKIP_BYTES = 2_000_000;
/** A keyframe is sent again once the buffer has fallen below this. */
const RESUME_BYTES = 500_000;
/** A viewer whose buffer stays full for so long is sent away. */
const STALL_MS = 10_000;

/** One viewer: never lets more than about 2 MB wait, skips to the next keyframe instead, and goes when that does not help. */
export class Viewer {
  readonly #socket: ViewerSocket;
  #needsKey = true;
  #flowingMs: number;
  #skipped = 0;

  constructor(socket: ViewerSocket, nowMs: number) {
    this.#socket = socket;
    this.#flowingMs = nowMs;
  }

  get skipped(): number {
    return this.#skipped;
  }

  sendText(text: string): void {
    this.#needsKey = true;
    this.#socket.send(text);
  }

  sendInit(init: Uint8Array): void {
    this.#needsKey = true;
    this.#socket.send(init);
  }

  sendUnit(unit: Uint8Array, isKey: boolean, nowMs: number): void {
    const waiting = this.#socket.bufferedAmount;
    if (waiting < RESUME_BYTES) this.#flowingMs = nowMs;
    if (waiting > SKIP_BYTES) this.#needsKey = true;
    if (this.#needsKey && !(isKey && waiting < RESUME_BYTES)) {
      this.#skipped += 1;
      if (nowMs - this.#flowingMs > STALL_MS) this.#socket.terminate();
      return;
    }
    this.#needsKey = false;
    this.#socket.send(unit);
  }

  /** Ends with a message that the player shows. */
  fail(code: string): void {
    this.#socket.send(JSON.stringify({ kind: 'error', code }));
    this.#socket.close(1013, code);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
