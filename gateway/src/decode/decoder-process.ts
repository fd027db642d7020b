import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { messageOf } from '../base/errors.ts';
import { TIME_FD } from './ffmpeg-arguments.ts';

const STDERR_TAIL_CHARACTERS = 2048;
/** Words and times between two calls of `rest`; a damaged stream at 30 pictures/s makes about 10 kB a second. */
const CHATTER_LIMIT_BYTES = 1024 * 1024;
/** ffmpeg's words for a picture with missing parts and for one that it gave up (5.1, from 6.1 on). */
const DAMAGED_PICTURE =
  /corrupt decoded frame|Error while decoding stream|Error submitting packet to decoder/g;

export type DecoderProcessEvents = {
  onBytes(chunk: Uint8Array): void;
  onTimes(text: string): void;
  /** Once, when the process is gone and everything that it wrote was read. */
  onExit(reason: string): void;
};

/** One ffmpeg: what it is fed, what it says, and its end. An exception of the events' handlers ends it. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #tail = '';
  #damaged = 0;
  #failure: string | null = null;
  #chatterBytes = 0;

  constructor(child: ChildProcess, events: DecoderProcessEvents) {
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve();
        events.onExit(this.#failure ?? `ffmpeg ended (${signal ?? `exit code ${code}`})${this.lastWords}`);
      });
    });
    child.on('error', (error) => {
      this.#failure ??= messageOf(error);
    });
    child.stdin?.on('error', () => {});
    this.#read(child.stdout, (chunk) => events.onBytes(chunk));
    this.#read(child.stdio[TIME_FD], (chunk) => {
      this.#allow(chunk.length);
      events.onTimes(chunk.toString('latin1'));
    });
    this.#read(child.stderr, (chunk) => {
      this.#allow(chunk.length);
      this.#hear(chunk.toString('latin1'));
    });
  }

  /** Bytes given to `write` that the process has not taken yet. */
  get waitingBytes(): number {
    return this.#child.stdin?.writableLength ?? 0;
  }

  /** Damaged and undecodable pictures that it reported so far. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Once a second: it may talk on. */
  rest(): void {
    this.#chatterBytes = 0;
  }

  /** The last line of its complaints, led by a colon; empty without any. */
  get lastWords(): string {
    const line = this.#tail.trimEnd().split('\n').at(-1)?.trim();
    return line ? `: ${line.slice(-160)}` : '';
  }

  write(data: Uint8Array): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(data);
  }

  /** No more input: it decodes what it has and ends. */
  finish(): void {
    this.#child.stdin?.end();
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    killGroup(this.#child);
    await this.#gone;
  }

  #read(stream: unknown, onChunk: (chunk: Buffer) => void): void {
    if (!isReadable(stream)) return;
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      if (this.#failure !== null) return;
      try {
        onChunk(chunk);
      } catch (error) {
        this.#failure = messageOf(error);
        killGroup(this.#child);
      }
    });
  }

  /** One that floods its log would take the time of all other cameras. */
  #allow(bytes: number): void {
    this.#chatterBytes += bytes;
    if (this.#chatterBytes > CHATTER_LIMIT_BYTES) throw new Error('ffmpeg floods its log');
  }

  #hear(text: string): void {
    this.#damaged += text.match(DAMAGED_PICTURE)?.length ?? 0;
    this.#tail = (this.#tail + text).slice(-STDERR_TAIL_CHARACTERS);
  }
}

/**
 * The whole process group, which the child leads: a bubblewrap that is killed while it sets up leaves its half-made child behind, and
 * that one waits for it for ever.
 */
function killGroup(child: ChildProcess): void {
  child.stdin?.destroy();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'on' in stream && 'read' in stream;
}
