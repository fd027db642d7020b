import type { LiveStartArguments, LiveStopArguments, Reply } from '@pingan/models/contract';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { CameraStream } from '../pipeline.ts';
import { LIVE_LIMITS, LiveFeed, type LiveFeedStats, type LiveLimits } from './live-feed.ts';
import { type MediaTls, openMediaSocket } from './media-socket.ts';

export type LivePublisherOptions = {
  gatewayId: string;
  /** Where media goes: ws:// or wss://, for example ws://centre:8080/api/v1/media/publish. */
  mediaUrl: string;
  /** The running stream of a camera. */
  findStream(cameraId: string): CameraStream | undefined;
  log: Logger;
  tls?: MediaTls;
  limits?: LiveLimits;
  clock?: Clock;
};

type LiveOutcome = Reply['outcome'];

/** Pushes cameras' streams to the centre on its command: one feed per camera, each with a ticket of its own. */
export class LivePublisher {
  readonly #options: LivePublisherOptions;
  readonly #feeds = new Map<string, LiveFeed>();
  /** Cameras whose connection is being made. */
  readonly #connecting = new Map<string, AbortController>();
  readonly #ended: LiveFeedStats = { sentUnits: 0, sentBytes: 0, skippedUnits: 0 };
  #stopping = new AbortController();

  constructor(options: LivePublisherOptions) {
    this.#options = options;
  }

  /** @throws Error when the media URL is none */
  start(): void {
    const { mediaUrl } = this.#options;
    if (!/^wss?:\/\/[^/]/.test(mediaUrl) || !URL.canParse(mediaUrl)) {
      throw new Error('mediaUrl: give an address that begins with ws:// or wss://');
    }
    this.#stopping = new AbortController();
  }

  /** Resolves when every feed's socket is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.stop('gateway stops')));
  }

  /** Number of cameras that are live now. */
  get live(): number {
    return this.#feeds.size;
  }

  /** Sums over all feeds since the publisher was made. */
  get stats(): LiveFeedStats {
    const sum = { ...this.#ended };
    for (const feed of this.#feeds.values()) add(sum, feed.stats);
    return sum;
  }

  /** Carries out `live.start`; resolves when the centre took the ticket, or with why not. */
  async begin({ cameraId, ticket }: LiveStartArguments): Promise<LiveOutcome> {
    const stream = this.#options.findStream(cameraId);
    if (stream === undefined) return refused('unknown-camera', 'this gateway has no such camera');
    if (stream.state.kind !== 'streaming' && stream.gop() === null) {
      return refused('not-streaming', `the camera's stream is ${stream.state.kind}`);
    }
    const feed = this.#feeds.get(cameraId);
    if (this.#connecting.has(cameraId) || feed?.alive === true) {
      return refused('already-live', 'the camera is live on another connection');
    }
    const giveUp = new AbortController();
    this.#connecting.set(cameraId, giveUp);
    try {
      await feed?.stop('replaced: the centre no longer answers');
      const signal = AbortSignal.any([this.#stopping.signal, giveUp.signal]);
      const socket = await this.#connect({ cameraId, ticket }, signal);
      if (!(socket instanceof WebSocket)) return refused(socket.code, socket.message);
      this.#attach(cameraId, stream, socket);
      return { kind: 'done' };
    } finally {
      this.#connecting.delete(cameraId);
    }
  }

  /** Carries out `live.stop`; done as well when the camera was not live. */
  async end({ cameraId }: LiveStopArguments): Promise<LiveOutcome> {
    this.#connecting.get(cameraId)?.abort();
    await this.#feeds.get(cameraId)?.stop('stopped by command');
    return { kind: 'done' };
  }

  #connect({ cameraId, ticket }: LiveStartArguments, signal: AbortSignal) {
    const { mediaUrl, gatewayId, tls = {} } = this.#options;
    const url = new URL(mediaUrl);
    url.searchParams.set('cameraId', cameraId);
    url.searchParams.set('gatewayId', gatewayId);
    return openMediaSocket({ url, ticket, tls, signal });
  }

  #attach(cameraId: string, stream: CameraStream, socket: WebSocket): void {
    const { log, limits = LIVE_LIMITS, clock = systemClock } = this.#options;
    const feed = new LiveFeed({
      socket,
      stream,
      limits,
      clock,
      onEnd: (reason) => {
        add(this.#ended, feed.stats);
        if (this.#feeds.get(cameraId) === feed) this.#feeds.delete(cameraId);
        log.info({ cameraId, reason, ...feed.stats }, 'live view ended');
      },
    });
    this.#feeds.set(cameraId, feed);
    log.info({ cameraId }, 'live view began');
    feed.start();
  }
}

function refused(code: string, message: string): LiveOutcome {
  return { kind: 'refused', code, message };
}

function add(sum: LiveFeedStats, part: LiveFeedStats): void {
  sum.sentUnits += part.sentUnits;
  sum.sentBytes += part.sentBytes;
  sum.skippedUnits += part.skippedUnits;
}
