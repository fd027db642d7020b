export type AlarmOptions = {
  /** Time without cause before the alarm is cleared, seconds. */
  clearSeconds: number;
  /** Quiet time after clearing, seconds. */
  cooldownSeconds: number;
  /** While the cause lasts the alarm is refreshed so often, seconds. */
  refreshSeconds: number;
};

type AlarmState =
  | { kind: 'quiet'; untilMs: number }
  | { kind: 'active'; causeAtMs: number; refreshAtMs: number };

/**
 * One alarm's life, the same for every rule:
 *
 *     quiet ──ripe, cooldown over──▶ active ──no cause for clearSeconds──▶ quiet for cooldownSeconds
 *                                    active ──cause, refreshSeconds passed──▶ active (updated)
 *
 * Times are monotonic milliseconds.
 */
export class Alarm {
  #options: AlarmOptions;
  #state: AlarmState = { kind: 'quiet', untilMs: Number.NEGATIVE_INFINITY };

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#state.kind === 'active';
  }

  /**
   * One look. `cause`: something there keeps an alarm up; `ripe`: it is enough to raise one.
   * @returns what happened, null for nothing
   */
  step(seen: { cause: boolean; ripe: boolean }, nowMs: number): 'raised' | 'updated' | 'cleared' | null {
    const { clearSeconds, refreshSeconds } = this.#options;
    const state = this.#state;
    if (state.kind === 'quiet') {
      if (!seen.ripe || nowMs < state.untilMs) return null;
      this.#state = { kind: 'active', causeAtMs: nowMs, refreshAtMs: nowMs + refreshSeconds * 1000 };
      return 'raised';
    }
    if (!seen.cause) return nowMs - state.causeAtMs >= clearSeconds * 1000 ? this.clear(nowMs) : null;
    state.causeAtMs = nowMs;
    if (nowMs < state.refreshAtMs) return null;
    state.refreshAtMs = nowMs + refreshSeconds * 1000;
    return 'updated';
  }

  /** Ends an active alarm whatever its cause does. */
  clear(nowMs: number): 'cleared' | null {
    if (!this.active) return null;
    this.#state = { kind: 'quiet', untilMs: nowMs + this.#options.cooldownSeconds * 1000 };
    return 'cleared';
  }
}
