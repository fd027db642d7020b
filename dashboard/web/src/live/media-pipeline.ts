import type { MediaMessage, MediaStart } from '@pingan/models/contract';
import { captureTimes } from './capture-times.ts';
import { edgeAction } from './edge.ts';
import { presentationTicksOf, timescaleOf } from './mp4-time.ts';

export type PipelineOptions = {
  video: HTMLVideoElement;
  start: MediaStart;
  /** Once per picture on the screen; latency in ms, null while unknown. */
  onPicture: (latencyMs: number | null) => void;
  onFault: () => void;
};

/** About ten seconds at 25 fps: a tab that cannot keep up goes on at the next keyframe. */
const QUEUE_LIMIT = 250;
/** Of a picture: 5 pictures a second until the stream has shown its own pace. */
const FIRST_GUESS_SECONDS = 0.2;
const LONGEST_STEP_SECONDS = 2;
const SMOOTHING = 0.1;

export const mimeOf = (start: MediaStart): string => `video/mp4; codecs="${start.mimeCodec}"`;

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** One MediaSource for one stream description: fragments in, pictures at the live edge out. */
export class MediaPipeline {
  readonly #options: PipelineOptions;
  readonly #source = new MediaSource();
  readonly #times = captureTimes();
  #url: string | undefined;
  #buffer: SourceBuffer | undefined;
  #queue: Uint8Array[] = [];
  #skipsToKey = true;
  #timescale: number | null = null;
  #lastSeconds: number | null = null;
  /** Smoothed over the last pictures. */
  #frameSeconds = FIRST_GUESS_SECONDS;
  #trimTo: number | undefined;
  #isStopped = false;
  #frameRequest: number | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  start(): void {
    const { video } = this.#options;
    this.#source.addEventListener('sourceopen', this.#onOpen, { once: true });
    this.#url = URL.createObjectURL(this.#source);
    video.src = this.#url;
    video.addEventListener('error', this.#onVideoError);
    this.#watchPictures();
  }

  /** Takes the element back to empty; may be called twice. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const { video } = this.#options;
    video.removeEventListener('error', this.#onVideoError);
    if (this.#frameRequest !== undefined) video.cancelVideoFrameCallback(this.#frameRequest);
    this.#queue = [];
    video.removeAttribute('src');
    video.load();
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
  }

  push(message: MediaMessage): void {
    if (this.#isStopped) return;
    if (message.kind === 'init') {
      this.#timescale = timescaleOf(message.segment);
      this.#queue.push(message.segment);
      this.#skipsToKey = true;
    } else {
      this.#pushFragment(message);
    }
    this.#pump();
  }

  #pushFragment(message: MediaMessage): void {
    if (message.kind === 'key') this.#skipsToKey = false;
    if (this.#queue.length > QUEUE_LIMIT) this.#skipsToKey = message.kind !== 'key';
    if (this.#skipsToKey) return;
    const ticks = this.#timescale === null ? null : presentationTicksOf(message.segment);
    if (ticks !== null && this.#timescale !== null) {
      this.#times.add(ticks / this.#timescale, message.capturedAtMs);
      this.#learnStep(ticks / this.#timescale);
    }
    this.#queue.push(message.segment);
  }

  #learnStep(seconds: number): void {
    const step = this.#lastSeconds === null ? 0 : seconds - this.#lastSeconds;
    this.#lastSeconds = seconds;
    if (step > 0 && step < LONGEST_STEP_SECONDS)
      this.#frameSeconds += (step - this.#frameSeconds) * SMOOTHING;
  }

  /** Keeps the position at the live edge; to be called a few times a second. */
  keepEdge(): void {
    const { video } = this.#options;
    if (this.#isStopped || this.#buffer === undefined) return;
    const ranges = Array.from({ length: video.buffered.length }, (_, index) => ({
      start: video.buffered.start(index),
      end: video.buffered.end(index),
    }));
    if (ranges.length === 0) return;
    const action = edgeAction(ranges, video.currentTime, {
      rate: video.playbackRate,
      frameSeconds: this.#frameSeconds,
    });
    if (action.seekTo !== undefined) video.currentTime = action.seekTo;
    if (video.playbackRate !== action.rate) video.playbackRate = action.rate;
    if (action.trimTo !== undefined) this.#trimTo = action.trimTo;
    // Refused only while the element is being emptied, or by a policy that muted video does not fall under.
    if (video.paused) video.play().catch(() => undefined);
  }

  readonly #onOpen = (): void => {
    if (this.#isStopped) return;
    try {
      const buffer = this.#source.addSourceBuffer(mimeOf(this.#options.start));
      buffer.mode = 'segments';
      buffer.addEventListener('updateend', () => {
        this.keepEdge();
        this.#pump();
      });
      this.#buffer = buffer;
      this.#pump();
    } catch {
      this.#options.onFault();
    }
  };

  readonly #onVideoError = (): void => {
    if (!this.#isStopped) this.#options.onFault();
  };

  #pump(): void {
    const buffer = this.#buffer;
    if (this.#isStopped || buffer === undefined || buffer.updating || this.#source.readyState !== 'open')
      return;
    if (this.#trimTo !== undefined) {
      const end = this.#trimTo;
      this.#trimTo = undefined;
      buffer.remove(0, end);
      return;
    }
    if (this.#queue.length === 0) return;
    const parts = this.#queue;
    this.#queue = [];
    try {
      buffer.appendBuffer(joined(parts));
    } catch (error) {
      this.#onAppendError(error, parts);
    }
  }

  /** A full buffer is trimmed and the parts tried again; anything else ends the pipeline. */
  #onAppendError(error: unknown, parts: Uint8Array[]): void {
    const position = this.#options.video.currentTime;
    const isFull = error instanceof DOMException && error.name === 'QuotaExceededError' && position > 2;
    if (!isFull) {
      this.#options.onFault();
      return;
    }
    this.#queue = [...parts, ...this.#queue];
    this.#trimTo = position - 1;
    this.#pump();
  }

  #watchPictures(): void {
    const { video, onPicture } = this.#options;
    const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
      if (this.#isStopped) return;
      const capturedAtMs = this.#times.at(mediaTime);
      onPicture(capturedAtMs === null ? null : Date.now() - capturedAtMs);
      this.#frameRequest = video.requestVideoFrameCallback(onFrame);
    };
    this.#frameRequest = video.requestVideoFrameCallback(onFrame);
  }
}
