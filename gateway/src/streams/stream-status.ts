import type { CameraFault, StreamState } from '@pingan/models/contract';
import { type Clock, timestamp } from '../base/clock.ts';
import type { StreamFaultError } from '../pipeline.ts';

const MAX_MESSAGE = 256;

/** What the decoder says of a stream whose session goes on. */
export type DecodeFailure = { kind: 'decode-errors' | 'decoder-missing'; message: string };

/**
 * The state machine of one stream.
 *
 *     stopped ─start→ connecting ─first keyframe→ streaming ─fault→ failed ─first keyframe→ streaming
 *                          └────────fault────────→ failed ─fault→ failed
 *     any ─stop→ stopped
 *
 * A failed stream stays `failed` while it is retried (`retryAt` null means that a try is under way), so that a camera which is off does
 * not flicker between two states; `since` of a failure is when this fault was first seen without a picture in between.
 * A verdict of the decoder (`decode-errors`, `decoder-missing`) turns streaming into failed while the session goes on, and outlives reconnects.
 */
export class StreamStatus {
  readonly #clock: Clock;
  readonly #onChange: (state: StreamState) => void;
  #state: StreamState;
  #decodeFailure: DecodeFailure | null = null;

  constructor(clock: Clock, onChange: (state: StreamState) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#state = { kind: 'stopped', since: timestamp(clock.now()) };
  }

  get state(): StreamState {
    return this.#state;
  }

  /** @param attempt 1 for the first try after a start */
  trying(attempt: number): void {
    if (this.#state.kind === 'failed') this.#set({ ...this.#state, retryAt: null });
    else this.#set({ kind: 'connecting', since: this.#now(), attempt });
  }

  /** A keyframe that can be decoded came. */
  playing(): void {
    if (this.#decodeFailure !== null) this.#fail(this.#decodeFailure.kind, this.#decodeFailure.message, null);
    else if (this.#state.kind !== 'streaming') this.#set({ kind: 'streaming', since: this.#now() });
  }

  /** @param retry wait before the next try, and what is to be said beside the fault */
  failed(fault: StreamFaultError, { waitMs, note }: { waitMs: number; note: string }): void {
    const message = fault.message.slice(0, MAX_MESSAGE - note.length) + note;
    this.#fail(fault.fault, message, timestamp(this.#clock.now() + waitMs));
  }

  stopped(): void {
    this.#decodeFailure = null;
    if (this.#state.kind !== 'stopped') this.#set({ kind: 'stopped', since: this.#now() });
  }

  decodeFailed(failure: DecodeFailure): void {
    const before = this.#decodeFailure;
    this.#decodeFailure = failure;
    const isOurs = this.#state.kind === 'failed' && this.#state.fault === before?.kind;
    if (this.#state.kind === 'streaming' || isOurs) this.#fail(failure.kind, failure.message, null);
  }

  decodeWorks(): void {
    const failure = this.#decodeFailure;
    this.#decodeFailure = null;
    if (this.#state.kind === 'failed' && this.#state.fault === failure?.kind) this.playing();
  }

  #fail(fault: CameraFault, message: string, retryAt: string | null): void {
    const isSame = this.#state.kind === 'failed' && this.#state.fault === fault;
    const since = isSame ? this.#state.since : this.#now();
    this.#set({ kind: 'failed', since, fault, message: message.slice(0, MAX_MESSAGE), retryAt });
  }

  #set(state: StreamState): void {
    this.#state = state;
    this.#onChange(state);
  }

  #now(): string {
    return timestamp(this.#clock.now());
  }
}
