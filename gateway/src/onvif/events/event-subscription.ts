import { backoffMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { type Sleep, sleep } from '../../base/sleep.ts';
import { type DeviceNotification, type Login, StreamFaultError } from '../../pipeline.ts';
import { optional, readServices } from '../device/device-service.ts';
import { SoapSession } from '../soap/session.ts';
import { readNotifications } from './notifications.ts';
import { createPullPoint, endPullPoint, type PullPoint, pullMessages, renewPullPoint } from './pull-point.ts';

export type EventSubscriptionOptions = {
  deviceUrl: string;
  login: Login | null;
  clock: Clock;
  /** Something begins or ends. Each kind and source alternates: what is told twice is passed on once. */
  onNotification(notification: DeviceNotification): void;
  /** The subscription is gone for good: what was active is not known to be over. */
  onLost?(cause: StreamFaultError): void;
  /** Before a login goes out on a new connection: rejects when the device there is not the known one. */
  prove?(): Promise<void>;
  log: Logger;
  sleep?: Sleep;
  random?: () => number;
  /** How long the device waits for messages, ms. Tapo cameras hang up at ten seconds. */
  pullMs?: number;
  lifetimeMs?: number;
};

const PULL_MS = 5000;
const LIFETIME_MS = 60_000;
const RETRY = { baseMs: 2000, capMs: 300_000 };
/** A connection that breaks during a pull is an empty answer; so often in a row the subscription is made anew. */
const BROKEN_PULLS = 5;
/** States remembered; a device invents sources without end. */
const STATE_LIMIT = 256;

/**
 * Motion, tamper and input events of one camera by a pull point. Exactly one subscription at a time: it is renewed at half its life, made
 * anew when the device forgets it (a reboot), and ended on `stop`, since some cameras allow a single one. A refused login ends it.
 */
export class EventSubscription {
  readonly #options: EventSubscriptionOptions;
  readonly #active = new Map<string, DeviceNotification>();
  #abort: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: EventSubscriptionOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#loop = this.#run(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#loop;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { log, onLost, random } = this.#options;
    const wait = this.#options.sleep ?? sleep;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const startedMs = this.#options.clock.monotonic();
      try {
        await this.#subscribe(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isFinal(error)) {
          log.info({ error: error.message }, 'camera events: none from this camera');
          onLost?.(error);
          return;
        }
        log.debug({ error: messageOf(error) }, 'camera events: subscription lost, made anew');
      }
      if (this.#options.clock.monotonic() - startedMs > LIFETIME_MS) failures = 0;
      await wait(backoffMs(failures, { ...RETRY, ...(random ? { random } : {}) }), signal);
    }
  }

  /** One subscription from its making to its end. */
  async #subscribe(signal: AbortSignal): Promise<void> {
    const { deviceUrl, login, clock, lifetimeMs = LIFETIME_MS } = this.#options;
    const session = new SoapSession({ deviceUrl, login, clock, signal });
    await this.#options.prove?.();
    await optional(session.readClock(), null);
    const { events } = await readServices(session);
    if (events === null) throw new NoEventsError();
    const point = await createPullPoint(session, events, lifetimeMs);
    let isRefused = false;
    try {
      await this.#pull(session, point, signal);
    } catch (error) {
      isRefused = isFinal(error) || isStranger(error);
      throw error;
    } finally {
      // By a session of its own: that of the subscription ends with the signal.
      if (!isRefused) {
        const { clockOffsetMs } = session;
        const farewell = new SoapSession({ deviceUrl, login, clock, clockOffsetMs });
        // Gives the device its place back; one that is gone needs none.
        const farewelling = Promise.resolve(this.#options.prove?.()).then(() =>
          endPullPoint(farewell, point),
        );
        await farewelling.catch(() => undefined);
      }
    }
  }

  async #pull(session: SoapSession, point: PullPoint, signal: AbortSignal): Promise<void> {
    const { clock, pullMs = PULL_MS, lifetimeMs = LIFETIME_MS } = this.#options;
    let renewedMs = clock.monotonic();
    let broken = 0;
    while (!signal.aborted) {
      try {
        const body = await pullMessages(session, point, pullMs);
        broken = 0;
        const offsetMs = session.clockOffsetMs ?? 0;
        for (const notification of readNotifications(body, { nowMs: clock.now(), offsetMs }))
          this.#tell(notification);
      } catch (error) {
        broken += 1;
        if (signal.aborted || !isBroken(error) || broken >= BROKEN_PULLS) throw error;
        await this.#options.prove?.();
      }
      if (clock.monotonic() - renewedMs < lifetimeMs / 2) continue;
      // Where Renew is not known, PullMessages itself keeps the subscription alive (ONVIF Core §9.1.1).
      await optional(renewPullPoint(session, point, lifetimeMs), undefined);
      renewedMs = clock.monotonic();
    }
  }

  #tell(notification: DeviceNotification): void {
    const key = `${notification.kind}:${notification.source}`;
    if (notification.active === this.#active.has(key)) return;
    if (notification.active && this.#active.size >= STATE_LIMIT) return;
    if (notification.active) this.#active.set(key, notification);
    else this.#active.delete(key);
    this.#options.onNotification(notification);
  }
}

class NoEventsError extends StreamFaultError {
  constructor() {
    super('not-found', 'the camera offers no event service');
    this.name = 'NoEventsError';
  }
}

/** Nothing that waiting mends. */
function isFinal(error: unknown): error is StreamFaultError {
  return (
    error instanceof StreamFaultError &&
    ['unauthorized', 'needs-password', 'basic-refused', 'not-found'].includes(error.fault)
  );
}

function isStranger(error: unknown): boolean {
  return error instanceof StreamFaultError && error.fault === 'identity-changed';
}

function isBroken(error: unknown): boolean {
  return (
    error instanceof StreamFaultError && (error.fault === 'disconnected' || error.fault === 'no-response')
  );
}
