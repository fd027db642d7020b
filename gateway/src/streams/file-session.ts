import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Codec } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import { codeOf } from '../base/errors.ts';
import { FILE_FORMATS, ffmpegEnvironment } from '../base/ffmpeg-files.ts';
import {
  type FrameSession,
  type FrameSessionEvents,
  type PacketFacts,
  StreamFaultError,
} from '../pipeline.ts';
import { type AnnexBPicture, AnnexBSplitter } from './annex-b.ts';
import { FilePictures } from './file-pictures.ts';
import { decoderMissing, unreadable, type VideoFile } from './file-probe.ts';

export type FileSessionOptions = {
  path: string;
  file: VideoFile;
  events: FrameSessionEvents;
  clock: Clock;
  silenceMs: number;
  searchPath: string;
};

const OUTPUT_FORMATS: Record<Codec, string> = { h264: 'h264', h265: 'hevc' };

/**
 * The fixed argument table: the path is the only thing that varies, and `file:` keeps it a path. The muxers turn MP4 framing into Annex B
 * by themselves; naming the bitstream filter would end it with the first round (ffmpeg 5.1 drains filters where the loop closes).
 */
function argumentsFor(path: string, codec: Codec): string[] {
  const input = [
    '-v',
    'error',
    '-nostdin',
    '-protocol_whitelist',
    'file,pipe',
    '-format_whitelist',
    FILE_FORMATS,
  ];
  const loop = ['-re', '-stream_loop', '-1', '-i', `file:${path}`, '-map', '0:v:0', '-c', 'copy'];
  return [...input, ...loop, '-flush_packets', '1', '-f', OUTPUT_FORMATS[codec], 'pipe:1'];
}

/** One ffmpeg child that plays a file. It cannot outlive us: without a reader its next write, at most one picture later, ends it. */
export class FileSession implements FrameSession {
  readonly done: Promise<void>;
  readonly #options: FileSessionOptions;
  readonly #pictures: FilePictures;
  #settle: (fault: StreamFaultError | null) => void = () => {};
  #child: ChildProcessByStdio<null, Readable, null> | null = null;
  #fault: StreamFaultError | null = null;
  #silence: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: FileSessionOptions) {
    this.#options = options;
    this.#pictures = new FilePictures(options.file, options.events, options.clock);
    this.done = new Promise((resolve, reject) => {
      this.#settle = (fault) => (fault === null ? resolve() : reject(fault));
    });
  }

  get facts(): PacketFacts {
    return this.#pictures.facts;
  }

  /** Begins to play. The signal's abort is a stop. */
  start(signal: AbortSignal): void {
    const { path, file } = this.#options;
    const child = spawn('ffmpeg', argumentsFor(path, file.codec), {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: ffmpegEnvironment(this.#options.searchPath),
    });
    this.#child = child;
    this.done.catch(() => {});
    const splitter = new AnnexBSplitter(file.codec, (picture) => this.#onPicture(picture));
    child.stdout.on('data', (chunk) => splitter.push(chunk));
    child.once('error', (error) => {
      this.#fault ??= codeOf(error) === 'ENOENT' ? decoderMissing(error) : unreadable(path, error);
      if (child.pid === undefined) this.#onGone(signal);
    });
    child.once('close', () => this.#onGone(signal));
    this.#watchSilence();
    signal.addEventListener('abort', this.#kill, { once: true });
    if (signal.aborted) this.#kill();
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.done.catch(() => {});
  }

  readonly #kill = () => {
    this.#isStopping = true;
    this.#child?.kill('SIGKILL');
  };

  #onPicture(picture: AnnexBPicture): void {
    if (this.#isStopping) return;
    this.#pictures.push(picture);
    if (this.#pictures.facts.keyUnits > 0) this.#watchSilence();
  }

  /** Runs out when no picture comes in time, or at the beginning no keyframe. */
  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#fault ??= this.#silenceFault();
      this.#child?.kill('SIGKILL');
    }, this.#options.silenceMs);
  }

  #silenceFault(): StreamFaultError {
    const { accessUnits, keyUnits } = this.#pictures.facts;
    if (accessUnits > 0 && keyUnits === 0) {
      return new StreamFaultError(
        'no-keyframe',
        'the video file has no keyframe at its start: encode it again',
      );
    }
    return new StreamFaultError('no-packets', 'the video file stalls: check the disk it lies on');
  }

  #onGone(signal: AbortSignal): void {
    clearTimeout(this.#silence);
    signal.removeEventListener('abort', this.#kill);
    if (this.#isStopping) this.#settle(null);
    else this.#settle(this.#fault ?? this.#endFault());
  }

  #endFault(): StreamFaultError {
    if (this.#pictures.facts.accessUnits === 0) return unreadable(this.#options.path);
    return new StreamFaultError('disconnected', 'playing the video file ended: it is opened again');
  }
}
