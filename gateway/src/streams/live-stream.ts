import type { StreamState } from '@pingan/models/contract';
import { backoffMs } from '../base/backoff.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { sleep as realSleep, type Sleep } from '../base/sleep.ts';
import {
  type AccessUnit,
  type Camera,
  type CameraStream,
  type FrameSession,
  type FrameSessionEvents,
  type FrameSource,
  type GopSnapshot,
  type PacketFacts,
  type ParameterSets,
  type StreamConsumer,
  StreamFaultError,
} from '../pipeline.ts';
import type { ConnectGate } from './connect-gate.ts';
import { FanOut } from './fan-out.ts';
import { GopCache } from './gop-cache.ts';
import { SessionTimeline } from './session-timeline.ts';
import { type DecodeFailure, StreamStatus } from './stream-status.ts';

export type RetryOptions = {
  baseMs: number;
  capMs: number;
  /** Wait after a refused or missing password: cameras lock an account after a few wrong tries. */
  passwordMs: number;
  /** A session that played this long starts the waits from the beginning again. */
  steadyMs: number;
};

export const DEFAULT_RETRY: RetryOptions = {
  baseMs: 1_000,
  capMs: 30_000,
  passwordMs: 60_000,
  steadyMs: 10_000,
};

export type LiveStreamOptions = {
  camera: Camera;
  source: FrameSource;
  /** Shared by all cameras. */
  gate: ConnectGate;
  log: Logger;
  retry?: Partial<RetryOptions>;
  clock?: Clock;
  sleep?: Sleep;
  random?: () => number;
};

/**
 * One camera's stream: one session at a time, reopened for ever until stopped, handed to any number of consumers.
 * Consumers get a session's units from its first decodable keyframe on, parameter sets anew at every session, and an RTP time that grows
 * across sessions. The state is not replayed at `subscribe`: read `state`.
 */
export class LiveStream implements CameraStream {
  readonly camera: Camera;
  readonly #source: FrameSource;
  readonly #gate: ConnectGate;
  readonly #log: Logger;
  readonly #retry: RetryOptions;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #consumers: FanOut;
  readonly #status: StreamStatus;
  readonly #gop = new GopCache();
  readonly #timeline = new SessionTimeline();
  #session: FrameSession | null = null;
  /** When the running session's first keyframe came (monotonic). */
  #playingSinceMs: number | null = null;
  #running: { abort: AbortController; finished: Promise<void> } | null = null;

  constructor({ camera, source, gate, log, retry = {}, ...tools }: LiveStreamOptions) {
    this.camera = camera;
    this.#source = source;
    this.#gate = gate;
    this.#log = log.child({ camera: camera.id });
    this.#retry = { ...DEFAULT_RETRY, ...retry };
    this.#clock = tools.clock ?? systemClock;
    this.#sleep = tools.sleep ?? realSleep;
    this.#random = tools.random ?? Math.random;
    this.#consumers = new FanOut(this.#log);
    this.#status = new StreamStatus(this.#clock, (state) => this.#consumers.state(state));
  }

  get state(): StreamState {
    return this.#status.state;
  }

  /** Facts of the running session; null while there is none. */
  get facts(): PacketFacts | null {
    return this.#session?.facts ?? null;
  }

  subscribe(consumer: StreamConsumer): () => void {
    return this.#consumers.add(consumer);
  }

  gop(): GopSnapshot | null {
    return this.#gop.snapshot();
  }

  /** Keyframes come but nothing decodes: the state becomes failed, the session goes on. */
  reportDecodeFailure(failure: DecodeFailure): void {
    this.#status.decodeFailed(failure);
  }

  reportDecodeOk(): void {
    this.#status.decodeWorks();
  }

  start(): void {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#running = { abort, finished: this.#run(abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.abort.abort();
    await running.finished;
    if (this.#running !== running) return;
    this.#running = null;
    this.#status.stopped();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      this.#status.trying(failures + 1);
      const fault = await this.#runSession(signal);
      if (fault === null || signal.aborted) return;
      failures = this.#wasSteady() ? 1 : failures + 1;
      const waitMs = this.#waitAfter(fault, failures);
      this.#log.warn(
        { fault: fault.fault, message: fault.message, retryMs: Math.round(waitMs) },
        'stream failed',
      );
      this.#status.failed(fault, waitMs);
      await this.#sleep(waitMs, signal);
    }
  }

  /** @returns why the session did not come about or ended; null when stopped */
  async #runSession(signal: AbortSignal): Promise<StreamFaultError | null> {
    const ended = new AbortController();
    const events = this.#sessionEvents(ended.signal);
    try {
      const leave = await this.#gate.enter(signal);
      if (leave === null) return null;
      this.#session = await this.#source.open(this.camera.source, events, signal).finally(leave);
      await this.#session.done;
      return null;
    } catch (error) {
      return this.#faultOf(error);
    } finally {
      ended.abort();
      await this.#session?.stop().catch((error: unknown) => {
        this.#log.error({ error: messageOf(error) }, 'session did not stop cleanly');
      });
      this.#session = null;
      this.#gop.clear();
    }
  }

  /** The events of one session: silent before its first decodable keyframe and after its end. */
  #sessionEvents(ended: AbortSignal): FrameSessionEvents {
    let sets: ParameterSets | null = null;
    this.#playingSinceMs = null;
    this.#timeline.beginSession();
    return {
      onParameterSets: (next) => {
        if (ended.aborted) return;
        sets = next;
        this.#gop.setParameterSets(next);
        this.#consumers.parameterSets(next);
      },
      onAccessUnit: (unit) => {
        if (ended.aborted || sets === null || (this.#playingSinceMs === null && !unit.key)) return;
        this.#onUnit(unit);
      },
    };
  }

  #onUnit(unit: AccessUnit): void {
    const placed = this.#timeline.place(unit);
    this.#gop.push(placed);
    if (this.#playingSinceMs === null) {
      this.#playingSinceMs = this.#clock.monotonic();
      this.#status.playing();
    }
    this.#consumers.accessUnit(placed);
  }

  #wasSteady(): boolean {
    const { steadyMs } = this.#retry;
    return this.#playingSinceMs !== null && this.#clock.monotonic() - this.#playingSinceMs >= steadyMs;
  }

  #faultOf(error: unknown): StreamFaultError {
    if (error instanceof StreamFaultError) return error;
    this.#log.error({ error: messageOf(error) }, 'frame source failed in an unforeseen way');
    return new StreamFaultError(
      'protocol',
      'the stream ended by an internal error: see the log of the gateway',
      {
        cause: error,
      },
    );
  }

  #waitAfter(fault: StreamFaultError, failures: number): number {
    const waitMs = backoffMs(failures - 1, { ...this.#retry, random: this.#random });
    const isPassword = fault.fault === 'unauthorized' || fault.fault === 'needs-password';
    return isPassword ? this.#retry.passwordMs + waitMs : waitMs;
  }
}
