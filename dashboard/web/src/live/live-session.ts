import { decodeMedia, type MediaStart } from '@pingan/models/contract';
import type { LiveTicket } from '../api/types.ts';
import {
  faultOfTicket,
  isLiveRefusal,
  type LiveFault,
  type LiveState,
  type SessionEnd,
} from './live-state.ts';
import { MediaPipeline, mimeOf } from './media-pipeline.ts';
import { codecName, readTextMessage } from './media-start.ts';

export type SessionOptions = {
  video: HTMLVideoElement;
  requestTicket: (signal: AbortSignal) => Promise<LiveTicket>;
  signal: AbortSignal;
  onState: (state: LiveState) => void;
};

const TICK_MS = 200;
const STALLED_MS = 2500;
const NO_DATA_MS = 12_000;
const LATENCY_NOTE_MS = 250;

function socketUrl(url: string): string {
  const address = new URL(url, window.location.href);
  address.protocol =
    address.protocol === 'https:' ? 'wss:' : address.protocol === 'http:' ? 'ws:' : address.protocol;
  return address.href;
}

/** One attempt to show a camera: ticket → socket → pictures, until it ends. Its own part of the page is `video` alone. */
class LiveSession {
  readonly #options: SessionOptions;
  readonly #resolve: (end: SessionEnd) => void;
  #socket: WebSocket | undefined;
  #pipeline: MediaPipeline | undefined;
  #stream: MediaStart | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastDataMs = performance.now();
  #shown: 'nothing' | 'playing' | 'stalled' = 'nothing';
  #hasPlayed = false;
  #isOver = false;
  #notedMs = 0;

  constructor(options: SessionOptions, resolve: (end: SessionEnd) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  async start(): Promise<void> {
    const { requestTicket, signal } = this.#options;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    try {
      const ticket = await requestTicket(signal);
      if (!this.#isOver) this.#open(ticket);
    } catch (error) {
      const { cause, isFinal } = faultOfTicket(error);
      this.#fail(cause, isFinal);
    }
  }

  #open(ticket: LiveTicket): void {
    const socket = new WebSocket(socketUrl(ticket.url));
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.#onText(data);
      else if (data instanceof ArrayBuffer) this.#onBytes(new Uint8Array(data));
    };
    socket.onclose = () => this.#fail('connection-lost');
    this.#socket = socket;
    this.#lastDataMs = performance.now();
    this.#timer = setInterval(this.#onTick, TICK_MS);
  }

  #onText(text: string): void {
    const message = readTextMessage(text);
    if (message?.kind === 'error') {
      const isForbidden = message.code === 'forbidden' || message.code === 'session-ended';
      const cause = isLiveRefusal(message.code) ? message.code : 'camera-unavailable';
      this.#fail(isForbidden ? 'forbidden' : cause, isForbidden || cause === 'masked');
    } else if (message?.kind === 'start') {
      this.#onStart(message);
    }
  }

  #onStart(start: MediaStart): void {
    if (!MediaSource.isTypeSupported(mimeOf(start))) {
      this.#end({ kind: 'unsupported', codec: codecName(start.codec) });
      return;
    }
    this.#pipeline?.stop();
    this.#stream = start;
    this.#pipeline = new MediaPipeline({
      video: this.#options.video,
      start,
      onPicture: this.#onPicture,
      onFault: () => this.#fail('media'),
    });
    this.#pipeline.start();
  }

  #onBytes(bytes: Uint8Array): void {
    const message = decodeMedia(bytes);
    if (message === null) return;
    this.#lastDataMs = performance.now();
    this.#pipeline?.push(message);
  }

  readonly #onPicture = (latencyMs: number | null): void => {
    this.#hasPlayed = true;
    if (this.#shown !== 'playing' && this.#stream !== undefined) {
      const { codec, width, height } = this.#stream;
      this.#shown = 'playing';
      this.#options.onState({ kind: 'playing', codec: codecName(codec), width, height });
    }
    const now = performance.now();
    if (latencyMs === null || now - this.#notedMs < LATENCY_NOTE_MS) return;
    this.#notedMs = now;
    this.#options.video.dataset['latencyMs'] = String(Math.round(latencyMs));
  };

  readonly #onTick = (): void => {
    this.#pipeline?.keepEdge();
    const silentMs = performance.now() - this.#lastDataMs;
    if (silentMs > NO_DATA_MS) this.#fail('no-data');
    else if (silentMs > STALLED_MS && this.#shown === 'playing') {
      this.#shown = 'stalled';
      this.#options.onState({ kind: 'stalled' });
    }
  };

  readonly #onAbort = (): void => this.#fail('connection-lost');

  #fail(cause: LiveFault, isFinal = false): void {
    this.#end({ kind: 'failed', cause, isFinal, hasPlayed: this.#hasPlayed });
  }

  #end(end: SessionEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    clearInterval(this.#timer);
    if (this.#socket !== undefined) {
      this.#socket.onclose = null;
      this.#socket.onmessage = null;
      this.#socket.close();
    }
    this.#pipeline?.stop();
    delete this.#options.video.dataset['latencyMs'];
    this.#resolve(end);
  }
}

/** Shows a camera until the attempt fails, cannot be played here or the signal aborts; never rejects. */
export function playOnce(options: SessionOptions): Promise<SessionEnd> {
  if (!('MediaSource' in globalThis)) {
    return Promise.resolve({ kind: 'failed', cause: 'no-mse', isFinal: true, hasPlayed: false });
  }
  return new Promise((resolve) => {
    void new LiveSession(options, resolve).start();
  });
}
