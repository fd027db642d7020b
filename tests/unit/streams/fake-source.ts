import type { Clock } from '../../../gateway/src/base/clock.ts';
import type { Sleep } from '../../../gateway/src/base/sleep.ts';
import {
  type AccessUnit,
  type CameraSource,
  type FrameSession,
  type FrameSessionEvents,
  type FrameSource,
  type PacketFacts,
  type ParameterSets,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';

export const SETS: ParameterSets = {
  codec: 'h264',
  sps: Uint8Array.from([0x67, 0x42]),
  pps: Uint8Array.from([0x68, 0xce]),
};

export const NO_FACTS: PacketFacts = {
  packets: 0,
  bytes: 0,
  lost: 0,
  reordered: 0,
  jitterMs: 0,
  accessUnits: 0,
  keyUnits: 0,
  corruptUnits: 0,
  timestampJumps: 0,
  gopLength: 0,
  clockOffsetMs: null,
};

export function unit(rtpTime: number, changes: Partial<AccessUnit> = {}): AccessUnit {
  const nals = [Uint8Array.from([0x41, 0x80])];
  return {
    nals,
    key: false,
    rtpTime,
    capturedAtMs: 0,
    monotonicMs: rtpTime / 90,
    corrupt: false,
    ...changes,
  };
}

/** A running fake session, driven by the test. */
export type FakeSession = FrameSession & {
  events: FrameSessionEvents;
  stopped: boolean;
  end(fault: StreamFaultError): void;
};

/** A source whose every opening waits for the test to accept or refuse it. */
export class FakeSource implements FrameSource {
  readonly opened: FakeSession[] = [];
  #waiting: { session: FakeSession; resolve(session: FakeSession): void; reject(error: unknown): void }[] =
    [];
  #onOpen: (() => void)[] = [];
  openCount = 0;

  open(_source: CameraSource, events: FrameSessionEvents, signal: AbortSignal): Promise<FrameSession> {
    this.openCount++;
    const { promise, resolve, reject } = Promise.withResolvers<FakeSession>();
    const done = Promise.withResolvers<void>();
    done.promise.catch(() => {});
    const session: FakeSession = {
      events,
      facts: NO_FACTS,
      done: done.promise,
      stopped: false,
      async stop() {
        session.stopped = true;
        done.resolve();
      },
      end: (fault) => done.reject(fault),
    };
    const onAbort = () => {
      reject(new StreamFaultError('disconnected', 'stopped'));
      done.resolve();
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    this.#waiting.push({ session, resolve, reject });
    for (const notify of this.#onOpen.splice(0)) notify();
    return promise;
  }

  /** Waits for the next opening and lets it succeed. */
  async accept(): Promise<FakeSession> {
    const next = await this.#next();
    this.opened.push(next.session);
    next.resolve(next.session);
    return next.session;
  }

  /** Waits for the next opening and lets it fail. */
  async refuse(error: unknown): Promise<void> {
    (await this.#next()).reject(error);
  }

  async #next() {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => this.#onOpen.push(resolve));
    }
  }
}

/** Time that only moves when told to; `sleep` waits for it. */
export class FakeTime implements Clock {
  #nowMs = 0;
  #sleeping: { untilMs: number; wake(): void }[] = [];
  #onSleep: (() => void)[] = [];
  readonly waits: number[] = [];

  now(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  readonly sleep: Sleep = (ms, signal) =>
    new Promise((resolve) => {
      this.waits.push(ms);
      const sleeper = { untilMs: this.#nowMs + ms, wake: resolve };
      this.#sleeping.push(sleeper);
      const onAbort = () => {
        this.#sleeping = this.#sleeping.filter((other) => other !== sleeper);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      for (const notify of this.#onSleep.splice(0)) notify();
    });

  /** Resolves when somebody sleeps, with the wait. */
  async asleep(): Promise<number> {
    while (this.#sleeping.length === 0) await new Promise<void>((resolve) => this.#onSleep.push(resolve));
    return this.waits.at(-1) ?? 0;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleeping.filter((sleeper) => sleeper.untilMs <= this.#nowMs);
    this.#sleeping = this.#sleeping.filter((sleeper) => sleeper.untilMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}
