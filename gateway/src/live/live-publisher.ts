import type { LiveStartArguments, LiveStopArguments, Reply, StreamProfile } from '@pingan/models/contract';
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
  /** A profile of a camera; one that is opened on demand opens with the feed. */
  findStream(cameraId: string, profile: StreamProfile): CameraStream | undefined;
  /** Why this camera must not be relayed (a privacy mask is set), in words; null when it may. */
  refusalOf?(cameraId: string): string | null;
  log: Logger;
  tls?: MediaTls;
  limits?: LiveLimits;
  clock?: Clock;
};

type LiveOutcome = Reply['outcome'];

/** Pushes cameras' streams to the centre on its command: one feed per camera and profile, each with a ticket of its own. */
export class LivePublisher {
  readonly #options: LivePublisherOptions;
  readonly #feeds = new Map<string, LiveFeed>();
  /** Feeds whose connection is being made. */
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

  /** Number of feeds that are live now. */
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
  async begin({ cameraId, ticket, profile = 'sub' }: LiveStartArguments): Promise<LiveOutcome> {
    const stream = this.#options.findStream(cameraId, profile);
    if (stream === undefined) return refused('unknown-camera', 'this gateway has no such camera');
    const refusal = this.#options.refusalOf?.(cameraId) ?? null;
    if (refusal !== null) return refused('masked', refusal);
    if (stream.state.kind !== 'streaming' && stream.gop() === null) {
      return refused('not-streaming', `the camera's stream is ${stream.state.kind}`);
    }
    const name = feedName(cameraId, profile);
    const feed = this.#feeds.get(name);
    if (this.#connecting.has(name) || feed?.alive === true) {
      return refused('already-live', 'the camera is live on another connection');
    }
    const giveUp = new AbortController();
    this.#connecting.set(name, giveUp);
    try {
      await feed?.stop('replaced: the centre no longer answers');
      const signal = AbortSignal.any([this.#stopping.signal, giveUp.signal]);
      const socket = await this.#connect({ cameraId, ticket, profile }, signal);
      if (!(socket instanceof WebSocket)) return refused(socket.code, socket.message);
      this.#attach(name, stream, socket);
      return { kind: 'done' };
    } finally {
      this.#connecting.delete(name);
    }
  }

  /** Carries out `live.stop`; done as well when the camera was not live. */
  async end({ cameraId, profile = 'sub' }: LiveStopArguments): Promise<LiveOutcome> {
    const name = feedName(cameraId, profile);
    this.#connecting.get(name)?.abort();
    await this.#feeds.get(name)?.stop('stopped by command');
    return { kind: 'done' };
  }

  #connect({ cameraId, ticket, profile }: LiveStartArguments, signal: AbortSignal) {
    const { mediaUrl, gatewayId, tls = {} } = this.#options;
    const url = new URL(mediaUrl);
    url.searchParams.set('cameraId', cameraId);
    url.searchParams.set('gatewayId', gatewayId);
    if (profile === 'main') url.searchParams.set('profile', profile);
    return openMediaSocket({ url, ticket, tls, signal });
  }

  #attach(name: string, stream: CameraStream, socket: WebSocket): void {
    const { log, limits = LIVE_LIMITS, clock = systemClock } = this.#options;
    const feed = new LiveFeed({
      socket,
      stream,
      limits,
      clock,
      onEnd: (reason) => {
        add(this.#ended, feed.stats);
        if (this.#feeds.get(name) === feed) this.#feeds.delete(name);
        log.info({ feed: name, reason, ...feed.stats }, 'live view ended');
      },
    });
    this.#feeds.set(name, feed);
    log.info({ feed: name }, 'live view began');
    feed.start();
  }
}

/** One feed per camera and profile. */
const feedName = (cameraId: string, profile: StreamProfile) => `${cameraId} ${profile}`;

function refused(code: string, message: string): LiveOutcome {
  return { kind: 'refused', code, message };
}

function add(sum: LiveFeedStats, part: LiveFeedStats): void {
  sum.sentUnits += part.sentUnits;
  sum.sentBytes += part.sentBytes;
  sum.skippedUnits += part.skippedUnits;
}
