import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { fragment, initSegment, MediaTimeline, sampleNals, type VideoFormat } from '../base/mp4/index.ts';
import type { AccessUnit, GopSnapshot, ParameterSets } from '../pipeline.ts';

export type ClipWriterOptions = {
  path: string;
  /** Begins with a keyframe. */
  start: GopSnapshot;
};

/** Times of the first and the last picture, ms since the epoch by this gateway's clock. */
export type ClipSpan = { fromMs: number; toMs: number };

/** More waiting for the disk than this ends the clip: memory is for the cameras. */
const WAITING_LIMIT_BYTES = 32 * 1024 * 1024;

/** A clip being recorded: an fMP4 file that grows picture by picture, readable up to its last whole fragment at any time. */
export class ClipWriter {
  readonly sets: ParameterSets;
  readonly format: VideoFormat;
  readonly #path: string;
  readonly #file: WriteStream;
  readonly #timeline = new MediaTimeline({ originSeconds: 0 });
  readonly #gone: Promise<void>;
  #sequence = 0;
  #span: ClipSpan | null = null;
  #failure: Error | null = null;

  /** @throws MalformedParameterSetError */
  constructor({ path, start }: ClipWriterOptions) {
    this.sets = start.sets;
    const { format, bytes } = initSegment(start.sets);
    this.format = format;
    this.#path = path;
    this.#file = createWriteStream(path, { mode: 0o600 });
    this.#gone = new Promise((resolve) => this.#file.once('close', resolve));
    this.#file.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#file.write(bytes);
    for (const unit of start.units) this.push(unit);
  }

  /** The disk refused, or is too slow. */
  get failure(): Error | null {
    return this.#failure;
  }

  push(unit: AccessUnit): void {
    if (this.#failure !== null) return;
    const nals = sampleNals(unit, this.sets);
    if (nals.length === 0) return;
    if (this.#file.writableLength > WAITING_LIMIT_BYTES) {
      this.#failure = new Error('the disk is too slow for the clip');
      return;
    }
    this.#sequence += 1;
    const timing = this.#timeline.next(unit);
    this.#file.write(fragment({ sequence: this.#sequence, timing, key: unit.key, nals }));
    this.#span = { fromMs: this.#span?.fromMs ?? unit.capturedAtMs, toMs: unit.capturedAtMs };
  }

  /** Writes out what waits and syncs; resolves with what the clip spans, null when nothing could be written. Never rejects. */
  async end(): Promise<ClipSpan | null> {
    this.#file.end();
    await this.#gone;
    await sync(this.#path).catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    });
    return this.#span;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
