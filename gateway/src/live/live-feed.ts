import type { WebSocket } from 'ws';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { sameParameterSets } from '../base/mp4/index.ts';
import type { AccessUnit, CameraStream, ParameterSets } from '../pipeline.ts';
import { LiveMuxer } from './live-muxer.ts';

export type LiveLimits = {
  /** Above so many unsent bytes, units are skipped up to the next keyframe. */
  skipBytes: number;
  /** Above so many for `closeAfterMs`, the feed ends. */
  closeBytes: number;
  closeAfterMs: number;
  /** Without an answer to a ping for so long, the feed ends. */
  deadAfterMs: number;
};
export const LIVE_LIMITS: LiveLimits = {
  skipBytes: 2 * 1024 * 1024,
  closeBytes: 8 * 1024 * 1024,
  closeAfterMs: 10_000,
  deadAfterMs: 30_000,
};

export type LiveFeedOptions = {
  /** Open. */
  socket: WebSocket;
  stream: CameraStream;
  limits: LiveLimits;
  clock: Clock;
  /** Once, when the socket is closed. */
  onEnd(reason: string): void;
};
export type LiveFeedStats = { sentUnits: number; sentBytes: number; skippedUnits: number };

const CHECK_MS = 2500;
/** Four pings without an answer. */
const ALIVE_MS = 4 * CHECK_MS;
const CLOSE_LIMIT_MS = 1000;

/** One camera's stream on one open socket: replay from the last keyframe, then every unit as it comes, until either side ends. */
export class LiveFeed {
  readonly stats: LiveFeedStats = { sentUnits: 0, sentBytes: 0, skippedUnits: 0 };
  readonly #options: LiveFeedOptions;
  readonly #gone: Promise<void>;
  #unsubscribe: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #muxer: LiveMuxer | null = null;
  #sets: ParameterSets | null = null;
  #needsKey = true;
  #heardMs = 0;
  #fullSinceMs: number | null = null;
  #reason = 'closed by the centre';

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#gone = new Promise((resolve) => {
      options.socket.once('close', () => {
        clearInterval(this.#timer);
        this.#unsubscribe();
        resolve();
        options.onEnd(this.#reason);
      });
    });
  }

  /** Whether the centre is still there: the socket is open and answered one of the last pings. */
  get alive(): boolean {
    const { socket, clock } = this.#options;
    return socket.readyState === socket.OPEN && clock.monotonic() - this.#heardMs < ALIVE_MS;
  }

  start(): void {
    const { socket, stream, clock } = this.#options;
    this.#heardMs = clock.monotonic();
    socket.on('pong', () => {
      this.#heardMs = clock.monotonic();
    });
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    this.#replay();
    this.#unsubscribe = stream.subscribe({
      onParameterSets: (sets) => this.#onParameterSets(sets),
      onAccessUnit: (unit) => this.#onAccessUnit(unit),
      onState: (state) => {
        if (state.kind === 'stopped') this.#close('camera stopped');
        else if (state.kind !== 'streaming') this.#needsKey = true;
      },
    });
  }

  /** Closes the socket, by force if the other side does not answer; resolves when it is gone. */
  async stop(reason: string): Promise<void> {
    this.#close(reason);
    const { socket } = this.#options;
    const force = setTimeout(() => socket.terminate(), CLOSE_LIMIT_MS);
    await this.#gone;
    clearTimeout(force);
  }

  #replay(): void {
    const gop = this.#options.stream.gop();
    if (gop === null) return;
    this.#sets = gop.sets;
    const bytes = gop.units.reduce((total, unit) => total + unitBytes(unit), 0);
    if (bytes > this.#options.limits.closeBytes || !this.#open(gop.units)) return;
    for (const unit of gop.units) this.#send(unit);
    this.#needsKey = false;
  }

  #onParameterSets(sets: ParameterSets): void {
    this.#sets = sets;
    if (this.#muxer === null || sameParameterSets(this.#muxer.sets, sets)) return;
    this.#muxer = null;
    this.#needsKey = true;
  }

  #onAccessUnit(unit: AccessUnit): void {
    const full = this.#options.socket.bufferedAmount > this.#options.limits.skipBytes;
    if (full) this.#needsKey = true;
    if (this.#needsKey && (!unit.key || full)) {
      this.stats.skippedUnits += 1;
      return;
    }
    if (this.#muxer === null && !this.#open([])) return;
    this.#needsKey = false;
    this.#send(unit);
  }

  /** Announces the stream; false when its parameter sets are not known yet or not readable. */
  #open(replay: readonly AccessUnit[]): boolean {
    const sets = this.#sets ?? this.#options.stream.gop()?.sets;
    if (sets === undefined) return false;
    try {
      this.#muxer = new LiveMuxer(sets, replay);
    } catch (error) {
      this.#close(messageOf(error));
      return false;
    }
    this.#options.socket.send(JSON.stringify(this.#muxer.start));
    this.#options.socket.send(this.#muxer.init);
    return true;
  }

  #send(unit: AccessUnit): void {
    const message = this.#muxer?.message(unit);
    if (message === null || message === undefined) return;
    this.stats.sentUnits += 1;
    this.stats.sentBytes += message.length;
    this.#options.socket.send(message);
  }

  #check(): void {
    const { socket, limits, clock } = this.#options;
    const now = clock.monotonic();
    if (socket.bufferedAmount <= limits.closeBytes) this.#fullSinceMs = null;
    else this.#fullSinceMs ??= now;
    const full = this.#fullSinceMs !== null && now - this.#fullSinceMs >= limits.closeAfterMs;
    if (full || now - this.#heardMs >= limits.deadAfterMs) {
      this.#reason = full ? 'the centre does not keep up' : 'the centre does not answer';
      socket.terminate();
      return;
    }
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  #close(reason: string): void {
    this.#unsubscribe();
    this.#unsubscribe = () => {};
    if (this.#options.socket.readyState !== this.#options.socket.OPEN) return;
    this.#reason = reason;
    this.#options.socket.close(1000, reason.slice(0, 100));
  }
}

function unitBytes(unit: AccessUnit): number {
  return unit.nals.reduce((total, nal) => total + nal.length, 0);
}
