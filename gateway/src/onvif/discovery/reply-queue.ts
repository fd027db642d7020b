/** Datagrams of one sender that wait, and senders that have any. */
const PER_SENDER = 512;
const SENDERS = 256;
const ALL = 4096;
/** Answers are read at most so fast: a flood of forged ones costs a bounded share of a core. */
const PER_SECOND = 500;
const TICK_MS = 20;

export type Reply = { data: Buffer; sender: string };

/**
 * Answers that wait to be read, sender by sender in turn: who floods waits behind himself and not before the others.
 * Everything is bounded; what finds no place is dropped and counted.
 */
export class ReplyQueue {
  readonly #read: (reply: Reply) => void;
  readonly #waiting = new Map<string, Buffer[]>();
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  dropped = 0;

  constructor(read: (reply: Reply) => void) {
    this.#read = read;
  }

  get size(): number {
    return this.#size;
  }

  push({ data, sender }: Reply): void {
    const own = this.#waiting.get(sender);
    if (this.#size >= ALL || (own ? own.length >= PER_SENDER : this.#waiting.size >= SENDERS)) {
      this.dropped += 1;
      return;
    }
    if (own) own.push(data);
    else this.#waiting.set(sender, [data]);
    this.#size += 1;
    this.#timer ??= setInterval(() => this.#drain(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
    this.#size = 0;
  }

  #drain(): void {
    for (let budget = (PER_SECOND * TICK_MS) / 1000; budget > 0 && this.#size > 0; budget -= 1) this.#next();
    if (this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One datagram of the sender whose turn it is; he then goes to the end. */
  #next(): void {
    const [turn] = this.#waiting;
    if (!turn) return;
    const [sender, own] = turn;
    const data = own.shift();
    this.#waiting.delete(sender);
    if (own.length > 0) this.#waiting.set(sender, own);
    if (!data) return;
    this.#size -= 1;
    this.#read({ data, sender });
  }
}
