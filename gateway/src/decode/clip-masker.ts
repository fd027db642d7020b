import type { ChildProcess } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MASK_FD, maskingArguments } from './ffmpeg-arguments.ts';
import type { FfmpegLauncher } from './ffmpeg-launcher.ts';

class ClipMaskError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ClipMaskError';
  }
}

export type ClipMaskerOptions = {
  launcher: Pick<FfmpegLauncher, 'prepare' | 'spawn'>;
  /** For one clip. */
  limitMs?: number;
};

export type ClipToMask = {
  /** Files: fragmented MP4 in, fragmented MP4 (H.264) out. */
  from: string;
  to: string;
  /** Opaque where nothing may be seen; of the clip's size. */
  mask: { width: number; height: number; rgba: Buffer };
};

const LIMIT_MS = 180_000;
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
const TAIL_CHARACTERS = 500;

/** Lays a picture over every frame of a clip, by an ffmpeg of its own in the cage of the decoders. Nothing but a clean end counts. */
export class ClipMasker {
  readonly #options: Required<ClipMaskerOptions>;

  constructor(options: ClipMaskerOptions) {
    this.#options = { limitMs: LIMIT_MS, ...options };
  }

  /**
   * @throws ClipMaskError when ffmpeg fails or time is up; what is in `to` then must not be used
   * @throws DecoderMissingError
   */
  async mask({ from, to, mask }: ClipToMask): Promise<void> {
    const { launcher, limitMs } = this.#options;
    const { width, height, rgba } = mask;
    if (rgba.length !== width * height * 4) throw new ClipMaskError('the mask is not of the clip’s size');
    await launcher.prepare();
    const child = launcher.spawn(maskingArguments({ width, height }));
    const { stdin, stdout } = child;
    const maskInput = child.stdio[MASK_FD];
    if (stdin === null || stdout === null || !(maskInput instanceof Writable)) {
      throw new ClipMaskError('ffmpeg was started without its pipes');
    }
    const words = tailOf(child);
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.on('error', () => {});
    const limit = setTimeout(() => kill(child), limitMs);
    try {
      maskInput.on('error', () => {});
      maskInput.end(rgba);
      const fed = pipeline(createReadStream(from), stdin).catch(() => {});
      const written = pipeline(stdout, bounded(), createWriteStream(to, { mode: 0o600, flush: true })).catch(
        (error: unknown) => {
          kill(child);
          throw error;
        },
      );
      const [code] = await Promise.all([exit, written, fed]);
      if (code !== 0) throw new ClipMaskError(`ffmpeg ended (${code ?? 'killed'})${words()}`);
    } finally {
      clearTimeout(limit);
      kill(child);
    }
  }
}

function bounded(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > OUTPUT_LIMIT_BYTES) done(new ClipMaskError('the masked clip is too large'));
      else done(null, chunk);
    },
  });
}

function tailOf(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('latin1')).slice(-TAIL_CHARACTERS);
  });
  return () => (tail === '' ? '' : `: ${tail.trim().split('\n').at(-1) ?? ''}`);
}

/** The whole process group, which the child leads. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
