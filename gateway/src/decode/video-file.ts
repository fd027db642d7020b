import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { codeOf, messageOf } from '../base/errors.ts';
import { FILE_FORMATS, ffmpegEnvironment } from '../base/ffmpeg-files.ts';
import type { Picture } from '../pipeline.ts';
import { detectorSize, type Size } from './detector-size.ts';

const PROBE_MS = 120_000;
const MAX_PROBE_BYTES = 256 * 1024 * 1024;

/** A video file that cannot be worked with; the message names the file and what to do. */
export class VideoFileError extends Error {
  override readonly name = 'VideoFileError';
}

/** A file's first video track. */
export type VideoFile = Size & {
  path: string;
  /** Seconds from the first picture, in presentation order; falls back to `index / fps` where the container tells no times. */
  timeOf(index: number): number;
  fps: number;
};

/** A picture of a file at the detector's size. `capturedAtMs` and `monotonicMs` are both its time in the file. */
export type FilePicture = {
  /** Number of the picture in the file, from 1. */
  frame: number;
  seconds: number;
  picture: Picture;
};

export type SampleOptions = {
  /** 0.1..60; at most one picture in each 1/n second of the file's time is taken. */
  sampleFps: number;
  /** Longer side of the pictures, pixels, 96..960. */
  longSide: number;
  signal?: AbortSignal;
};

const run = promisify(execFile);
const inputOf = (path: string) => [
  ...['-v', 'error', '-protocol_whitelist', 'file', '-format_whitelist', FILE_FORMATS],
  ...['-i', `file:${path}`],
];
const ProbeResult = Compile(
  Type.Object({
    streams: Type.Array(
      Type.Object({
        width: Type.Integer({ minimum: 16, maximum: 16_384 }),
        height: Type.Integer({ minimum: 16, maximum: 16_384 }),
        avg_frame_rate: Type.String(),
      }),
    ),
    packets: Type.Optional(
      Type.Array(
        Type.Object({ pts_time: Type.Optional(Type.String()), flags: Type.Optional(Type.String()) }),
      ),
    ),
  }),
);

/** Reads size, rate and times. Throws a VideoFileError. */
export async function openVideoFile(path: string): Promise<VideoFile> {
  const entries = 'stream=width,height,avg_frame_rate:packet=pts_time,flags';
  const args = ['-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', ...inputOf(path)];
  const { stdout } = await run('ffprobe', args, {
    timeout: PROBE_MS,
    maxBuffer: MAX_PROBE_BYTES,
    env: ffmpegEnvironment(),
  }).catch((error: unknown) => {
    throw failure(path, error);
  });
  const probed: unknown = JSON.parse(stdout);
  const stream = ProbeResult.Check(probed) ? probed.streams[0] : undefined;
  if (!ProbeResult.Check(probed) || !stream)
    throw new VideoFileError(`${path} holds no video track: give another file`);
  const [numerator = 0, denominator = 1] = stream.avg_frame_rate.split('/').map(Number);
  const fps = numerator / denominator;
  if (!(fps > 0.1 && fps <= 240))
    throw new VideoFileError(
      `${path} tells no usable frame rate (${stream.avg_frame_rate}): encode it again`,
    );
  const times = (probed.packets ?? [])
    .filter(({ flags }) => !flags?.includes('D'))
    .map(({ pts_time: time }) => Number(time))
    .sort((a, b) => a - b);
  const first = times[0] ?? 0;
  const isTimed = times.every(Number.isFinite);
  return {
    path,
    width: stream.width,
    height: stream.height,
    fps,
    timeOf: (index) => (isTimed && times[index] !== undefined ? times[index] - first : index / fps),
  };
}

function failure(path: string, error: unknown): VideoFileError {
  const reason =
    codeOf(error) === 'ENOENT'
      ? 'ffmpeg is not installed: install the package ffmpeg'
      : `cannot be read as a video: ${messageOf(error).split('\n').at(-2)?.slice(0, 200) ?? ''}`;
  return new VideoFileError(`${path}: ${reason}`, { cause: error });
}

/**
 * Pictures of a file in order, as the running gateway's decoder would scale and sample them: the first, then the first of each
 * 1/`sampleFps` second. Throws a VideoFileError when the file does not decode.
 */
export async function* samplePictures(file: VideoFile, options: SampleOptions): AsyncGenerator<FilePicture> {
  const { sampleFps, longSide, signal } = options;
  const size = detectorSize(file.width, file.height, longSide);
  let slot = Number.NEGATIVE_INFINITY;
  let index = 0;
  for await (const data of allPictures(file.path, size, signal)) {
    const seconds = file.timeOf(index);
    index += 1;
    const now = Math.floor(seconds * sampleFps + 1e-6);
    if (now <= slot) continue;
    slot = now;
    const atMs = seconds * 1000;
    yield {
      frame: index,
      seconds,
      picture: { cameraId: 'file', ...size, data, capturedAtMs: atMs, monotonicMs: atMs },
    };
  }
}

/** Every picture of the file as I420, BT.601 limited range. Ends ffmpeg when the reader stops early. */
async function* allPictures(
  path: string,
  { width, height }: Size,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const filters = `scale=${width}:${height}:flags=bilinear:out_range=tv:out_color_matrix=bt601,format=yuv420p`;
  const output = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-vf', filters, '-f', 'rawvideo', 'pipe:1'];
  const child = spawn('ffmpeg', ['-nostdin', '-threads', '1', ...inputOf(path), ...output], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ffmpegEnvironment(),
    ...(signal && { signal }),
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => {});
  const length = (width * height * 3) / 2;
  let picture = new Uint8Array(length);
  let filled = 0;
  let count = 0;
  try {
    for await (const chunk of child.stdout) {
      if (!Buffer.isBuffer(chunk)) continue;
      for (let from = 0; from < chunk.length; ) {
        const part = chunk.subarray(from, from + length - filled);
        picture.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < length) continue;
        count += 1;
        yield picture;
        picture = new Uint8Array(length);
        filled = 0;
      }
    }
    const code = await ended;
    if (count === 0 || code !== 0) throw new Error(`\n${said.trim() || `ffmpeg ended with ${code}`}\n`);
  } catch (error) {
    throw failure(path, error);
  } finally {
    child.kill('SIGKILL');
  }
}
