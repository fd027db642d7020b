import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Codec } from '@pingan/models/contract';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { codeOf } from '../base/errors.ts';
import { FILE_FORMATS, ffmpegEnvironment } from '../base/ffmpeg-files.ts';
import { StreamFaultError } from '../pipeline.ts';

export type VideoFile = { codec: Codec; fps: number };

const PROBE_MS = 10_000;
const run = promisify(execFile);

const ProbeResult = Compile(
  Type.Object({
    streams: Type.Array(
      Type.Object({ codec_name: Type.Optional(Type.String()), avg_frame_rate: Type.String() }),
    ),
  }),
);
const CODECS: ReadonlyMap<string, Codec> = new Map([
  ['h264', 'h264'],
  ['hevc', 'h265'],
]);

/**
 * Codec and frame rate of a file's first video track.
 * @throws StreamFaultError `file-unreadable`, `decoder-missing`, `no-video`, `unsupported-codec`
 */
export async function probeFile(path: string, searchPath: string, signal: AbortSignal): Promise<VideoFile> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new StreamFaultError('file-unreadable', `${nameOf(path)}: no such file, or no right to read it`, {
      cause,
    });
  });
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-format_whitelist', FILE_FORMATS];
  args.push('-select_streams', 'v:0', '-show_entries', 'stream=codec_name,avg_frame_rate', '-of', 'json');
  const output = await run('ffprobe', [...args, '-i', `file:${path}`], {
    timeout: PROBE_MS,
    env: ffmpegEnvironment(searchPath),
    signal,
  }).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? decoderMissing(error) : unreadable(path, error);
  });
  return readProbe(output.stdout, path);
}

export function decoderMissing(cause?: unknown): StreamFaultError {
  return new StreamFaultError('decoder-missing', 'ffmpeg is not installed: install the package ffmpeg', {
    cause,
  });
}

export function unreadable(path: string, cause?: unknown): StreamFaultError {
  return new StreamFaultError(
    'file-unreadable',
    `${nameOf(path)} is not a video file that can be read: replace it`,
    {
      cause,
    },
  );
}

/** The last part of a path, as messages show it. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 80);
}

function readProbe(text: string, path: string): VideoFile {
  const result: unknown = JSON.parse(text);
  const stream = ProbeResult.Check(result) ? result.streams[0] : undefined;
  if (stream === undefined)
    throw new StreamFaultError('no-video', `${nameOf(path)} holds no video: replace it`);
  const codec = CODECS.get(stream.codec_name ?? '');
  if (codec === undefined) {
    throw new StreamFaultError('unsupported-codec', `${nameOf(path)} is not H.264 or H.265: convert it`);
  }
  const [numerator = 0, denominator = 1] = stream.avg_frame_rate.split('/').map(Number);
  const fps = numerator / denominator;
  if (!(fps > 0.1 && fps <= 240)) throw unreadable(path);
  return { codec, fps };
}
