import { type Clock, systemClock } from '../base/clock.ts';
import { SYSTEM_FOLDERS } from '../base/ffmpeg-files.ts';
import {
  type CameraSource,
  type FrameSession,
  type FrameSessionEvents,
  type FrameSource,
  StreamFaultError,
} from '../pipeline.ts';
import { probeFile } from './file-probe.ts';
import { FileSession } from './file-session.ts';

export type FileSourceOptions = {
  clock?: Clock;
  /** No picture for this long ends the session with `no-packets`, ms. */
  silenceMs?: number;
  /** Folders to look for ffmpeg and ffprobe in, joined by `:`. */
  searchPath?: string;
};

/** A video file played in an endless loop at its own speed, for trials without a camera. ffmpeg unpacks it; nothing is decoded. */
export class FileSource implements FrameSource {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #searchPath: string;

  constructor({
    clock = systemClock,
    silenceMs = 5_000,
    searchPath = SYSTEM_FOLDERS,
  }: FileSourceOptions = {}) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#searchPath = searchPath;
  }

  /** @throws StreamFaultError `file-unreadable`, `decoder-missing`, `no-video`, `unsupported-codec` */
  async open(source: CameraSource, events: FrameSessionEvents, signal: AbortSignal): Promise<FrameSession> {
    if (source.kind !== 'file') {
      throw new StreamFaultError('protocol', `a file source cannot open ${source.kind}`);
    }
    const file = await probeFile(source.path, this.#searchPath, signal);
    const session = new FileSession({
      path: source.path,
      file,
      events,
      clock: this.#clock,
      searchPath: this.#searchPath,
      silenceMs: Math.max(this.#silenceMs, 3_000 / file.fps),
    });
    session.start(signal);
    return session;
  }
}
