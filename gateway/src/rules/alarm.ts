export type AlarmOptions = {
  /** Time without cause before the alarm is cleared, seconds. */
  clearSeconds: number;
  /** Quiet time after clearing, seconds. */
  cooldownSeconds: number;
  /** While the cause lasts the alarm is refreshed after so long, then after twice as long each time up to half an hour, seconds. */
  refreshSeconds: number;
};

/** A car that stands in a fire lane all night is told of twice an hour. */
const LONGEST_REFRESH_SECONDS = 1800;

type AlarmState =
  | { kind: 'quiet'; untilMs: number }
  | { kind: 'active'; causeAtMs: number; toldAtMs: number; refreshSeconds: number };

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
   * One look. `cause`: something there keeps an alarm up; `ripe`: it is enough to raise one; `news`: worth telling at once.
   * @returns what happened, null for nothing
   */
  step(
    seen: { cause: boolean; ripe: boolean; news?: boolean },
    nowMs: number,
  ): 'raised' | 'updated' | 'cleared' | null {
    const { clearSeconds, refreshSeconds } = this.#options;
    const state = this.#state;
    if (state.kind === 'quiet') {
      if (!seen.ripe || nowMs < state.untilMs) return null;
      this.#state = { kind: 'active', causeAtMs: nowMs, toldAtMs: nowMs, refreshSeconds };
      return 'raised';
    }
    if (!seen.cause) return nowMs - state.causeAtMs >= clearSeconds * 1000 ? this.clear(nowMs) : null;
    state.causeAtMs = nowMs;
    const isDue = nowMs - state.toldAtMs >= state.refreshSeconds * 1000;
    if (isDue) state.refreshSeconds = Math.min(2 * state.refreshSeconds, LONGEST_REFRESH_SECONDS);
    if (!isDue && !seen.news) return null;
    state.toldAtMs = nowMs;
    return 'updated';
  }

  /** Ends an active alarm whatever its cause does. */
  clear(nowMs: number): 'cleared' | null {
    if (!this.active) return null;
    this.#state = { kind: 'quiet', untilMs: nowMs + this.#options.cooldownSeconds * 1000 };
    return 'cleared';
  }
}
