/** One thing the camera noticed. */
export interface CameraNotification {
  /** For example `tns1:VideoSource/MotionAlarm`. */
  readonly topic: string;
  readonly source: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  readonly operation?: 'Initialized' | 'Changed' | 'Deleted';
}

interface Subscription {
  readonly id: number;
  readonly queue: CameraNotification[];
  endsAtMs: number;
  wake: () => void;
}

/** Pull points of one camera (ONVIF Core §9.2). Times are monotonic milliseconds. */
export class EventHub {
  readonly #onlyOne: boolean;
  readonly #subscriptions = new Map<number, Subscription>();
  #lastId = 0;
  /** How many subscriptions were ever made. */
  made = 0;
  renewed = 0;

  constructor(options: { onlyOneSubscription: boolean }) {
    this.#onlyOne = options.onlyOneSubscription;
  }

  get size(): number {
    this.#forgetEnded();
    return this.#subscriptions.size;
  }

  /** A new subscription's id; undefined when there are too many. */
  create(lifetimeMs: number): number | undefined {
    this.#forgetEnded();
    if (this.#onlyOne && this.#subscriptions.size > 0) return undefined;
    const id = ++this.#lastId;
    this.made += 1;
    const endsAtMs = performance.now() + lifetimeMs;
    this.#subscriptions.set(id, { id, queue: [], endsAtMs, wake: () => undefined });
    return id;
  }

  renew(id: number, lifetimeMs: number): boolean {
    this.#forgetEnded();
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) return false;
    subscription.endsAtMs = performance.now() + lifetimeMs;
    this.renewed += 1;
    return true;
  }

  end(id: number): boolean {
    const subscription = this.#subscriptions.get(id);
    subscription?.wake();
    return this.#subscriptions.delete(id);
  }

  /** Forgets all subscriptions, as a reboot does. */
  endAll(): void {
    for (const id of [...this.#subscriptions.keys()]) this.end(id);
  }

  notify(notification: CameraNotification): void {
    this.#forgetEnded();
    for (const subscription of this.#subscriptions.values()) {
      subscription.queue.push(notification);
      subscription.wake();
    }
  }

  /** Waits for messages; undefined when the subscription is not known. */
  async pull(id: number, timeoutMs: number, limit: number): Promise<CameraNotification[] | undefined> {
    this.#forgetEnded();
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) return undefined;
    if (subscription.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        subscription.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return subscription.queue.splice(0, limit);
  }

  #forgetEnded(): void {
    for (const [id, { endsAtMs }] of this.#subscriptions)
      if (endsAtMs < performance.now()) this.#subscriptions.delete(id);
  }
}
