/** A login that a device refused. */
export type RefusedLogin = {
  /** `onvif` or `rtsp`: most cameras count both together, a success at one clears only its own. */
  door: 'onvif' | 'rtsp';
  /** Tells logins apart without showing them. */
  setId: string;
  atMs: number;
};

/** Where refusals are kept, so that a restart does not begin to count anew. */
export type RefusedLogins = {
  refusals(deviceId: string): RefusedLogin[];
  addRefusal(deviceId: string, refusal: RefusedLogin): void;
  clearRefusals(deviceId: string, door?: RefusedLogin['door']): void;
};

export type Allowance = { allowed: true } | { allowed: false; untilMs: number | null };

const HOUR_MS = 3_600_000;
/** One retry of a stream's login may come so soon; the next ones are an hour apart. */
const RTSP_AGAIN_MS = 50_000;
/**
 * Refusals in any hour, whoever asks. Cameras lock an account after five wrong tries (Imou, EZVIZ; Hikvision seven) and count at least
 * 30 minutes; one of ours may cost two when the clock had jumped.
 */
const REFUSALS_PER_HOUR = 3;
/** Refusals in a row without a person in between: there are cameras whose counter never runs down by itself. */
const REFUSALS_ALONE = 3;
/** The same when a person only says "try again"; beyond it a login that was not refused yet is needed. */
const REFUSALS_RETRIED = 4;

/**
 * Says whether a login may be sent to a device. Logins that were never tried there follow one another; one that was refused is tried again
 * when no refusal is younger than an hour. At most three refusals an hour, and three in a row before a person is needed: always under the
 * five tries that lock an account.
 */
export class LoginBudget {
  readonly #refused: RefusedLogins;
  readonly #now: () => number;

  constructor(refused: RefusedLogins, now: () => number) {
    this.#refused = refused;
    this.#now = now;
  }

  /** @param byPerson a person has just given this login or asked for this try */
  allows(deviceId: string, setId: string, byPerson: boolean): Allowance {
    const now = this.#now();
    // A clock that was set back must not hold a camera back for years.
    const all = this.#refused.refusals(deviceId).map((one) => ({ ...one, atMs: Math.min(one.atMs, now) }));
    const recent = all.filter(({ atMs }) => now - atMs < HOUR_MS).sort((a, b) => a.atMs - b.atMs);
    const oldest = recent.at(-REFUSALS_PER_HOUR);
    if (oldest) return { allowed: false, untilMs: oldest.atMs + HOUR_MS };
    const isRetry = all.some((one) => one.setId === setId);
    if (byPerson && !isRetry) return { allowed: true };
    if (all.length >= (byPerson ? REFUSALS_RETRIED : REFUSALS_ALONE))
      return { allowed: false, untilMs: null };
    if (byPerson) return { allowed: true };
    const last = recent.at(-1);
    // A camera whose RTSP server has just restarted refuses everybody for a moment.
    const isMoment = last?.door === 'rtsp' && all.length === 1 && now - last.atMs >= RTSP_AGAIN_MS;
    if (isMoment) return { allowed: true };
    return last && isRetry ? { allowed: false, untilMs: last.atMs + HOUR_MS } : { allowed: true };
  }

  /** Names of the logins that were refused there since the last success. */
  refusedSets(deviceId: string): ReadonlySet<string> {
    return new Set(this.#refused.refusals(deviceId).map(({ setId }) => setId));
  }

  /** Whether this login was refused there since the last success. */
  wasRefused(deviceId: string, setId: string): boolean {
    return this.refusedSets(deviceId).has(setId);
  }

  refused(deviceId: string, door: RefusedLogin['door'], setId: string): void {
    this.#refused.addRefusal(deviceId, { door, setId, atMs: this.#now() });
  }

  /** The device let us in: its counter is zero again. */
  granted(deviceId: string, door: RefusedLogin['door']): void {
    this.#refused.clearRefusals(deviceId, door);
  }
}
