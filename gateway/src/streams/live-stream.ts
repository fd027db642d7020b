import type { StreamState } from '@pingan/models/contract';
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
import { type RetryOptions, RetryPlan } from './retry-plan.ts';
import { SessionTimeline } from './session-timeline.ts';
import { type DecodeFailure, StreamStatus } from './stream-status.ts';

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
  readonly #retry: Partial<RetryOptions>;
  readonly #random: () => number;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #consumers: FanOut;
  readonly #status: StreamStatus;
  readonly #gop = new GopCache();
  readonly #timeline = new SessionTimeline();
  #session: FrameSession | null = null;
  /** When the running session's first keyframe came (monotonic). */
  #playingSinceMs: number | null = null;
  /** Ends the wait before the next try; null while there is none that may be shortened. */
  #wake: (() => void) | null = null;
  #running: { abort: AbortController; finished: Promise<void> } | null = null;

  constructor({ camera, source, gate, log, retry = {}, ...tools }: LiveStreamOptions) {
    this.camera = camera;
    this.#source = source;
    this.#gate = gate;
    this.#log = log.child({ camera: camera.id });
    this.#retry = retry;
    this.#random = tools.random ?? Math.random;
    this.#clock = tools.clock ?? systemClock;
    this.#sleep = tools.sleep ?? realSleep;
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

  /** The camera may be back: tries at once instead of waiting further. Never after a refused password. */
  hurry(): void {
    this.#wake?.();
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
    const plan = new RetryPlan(this.#retry, this.#random);
    while (!signal.aborted) {
      this.#status.trying(plan.attempt);
      const fault = await this.#runSession(signal);
      if (fault === null || signal.aborted) return;
      const { waitMs, note, mayHurry } = plan.next(fault, this.#playedMs());
      this.#log.warn(
        { fault: fault.fault, message: fault.message, retryMs: Math.round(waitMs) },
        'stream failed',
      );
      this.#status.failed(fault, { waitMs, note });
      await this.#rest(waitMs, mayHurry, signal);
    }
  }

  async #rest(waitMs: number, mayHurry: boolean, signal: AbortSignal): Promise<void> {
    const wake = new AbortController();
    if (mayHurry) this.#wake = () => wake.abort();
    await this.#sleep(waitMs, AbortSignal.any([signal, wake.signal]));
    this.#wake = null;
  }

  /** @returns why the session did not come about or ended; null when stopped */
  async #runSession(signal: AbortSignal): Promise<StreamFaultError | null> {
    const ended = new AbortController();
    const events = this.#sessionEvents(ended.signal);
    try {
      const leave = await this.#gate.enter(signal, hostOf(this.camera));
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

  #playedMs(): number | null {
    return this.#playingSinceMs === null ? null : this.#clock.monotonic() - this.#playingSinceMs;
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
}

/** What the limit of connections per host counts by. */
function hostOf({ source }: Camera): string {
  return source.kind === 'rtsp' && URL.canParse(source.url) ? new URL(source.url).hostname : '';
}
