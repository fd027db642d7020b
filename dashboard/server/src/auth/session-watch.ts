import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Sessions } from './sessions.ts';

/** Long-lived connections end this soon after their session, at the latest. */
const CHECK_MS = 3000;

/** Ends streams and videos when the session behind them ends: at once in this process, within seconds from elsewhere. */
export class SessionWatch {
  readonly #sessions: Pick<Sessions, 'living' | 'onEnded'>;
  readonly #log: Logger;
  readonly #watched = new Map<string, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(sessions: Pick<Sessions, 'living' | 'onEnded'>, log: Logger) {
    this.#sessions = sessions;
    this.#log = log;
  }

  start(): void {
    this.#unsubscribe = this.#sessions.onEnded((hash) => this.#end(hash));
    this.#timer = setInterval(() => void this.check(), CHECK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
  }

  /** Calls `onEnd` once when the session ends. Returns the function that ends the watching. */
  watch(sessionHash: string, onEnd: () => void): () => void {
    const listeners = this.#watched.get(sessionHash) ?? new Set();
    this.#watched.set(sessionHash, listeners);
    listeners.add(onEnd);
    return () => {
      listeners.delete(onEnd);
      if (listeners.size === 0 && this.#watched.get(sessionHash) === listeners)
        this.#watched.delete(sessionHash);
    };
  }

  /** Asks the store which of the watched sessions still live. A store that does not answer ends nothing. */
  async check(): Promise<void> {
    const hashes = [...this.#watched.keys()];
    try {
      const living = await this.#sessions.living(hashes);
      for (const hash of hashes) if (!living.has(hash)) this.#end(hash);
    } catch (error) {
      this.#log.warn({ error: messageOf(error) }, 'auth: sessions could not be checked');
    }
  }

  #end(hash: string): void {
    const listeners = this.#watched.get(hash);
    this.#watched.delete(hash);
    for (const onEnd of listeners ?? []) onEnd();
  }
}
