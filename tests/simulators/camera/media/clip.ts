import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { codecRules, groupPictures, splitNals, type VideoCodec } from './annex-b.ts';
import { buildTemplate, type RtpTemplate } from './rtp-template.ts';

/** RTP clock of video, ticks per second (RFC 6184 §8.2.1). */
export const CLOCK_RATE = 90_000;

export interface ClipPicture {
  readonly isKey: boolean;
  /** When it is sent and when it is shown, in 90 kHz ticks from the clip's start. They differ where there are B-frames. */
  readonly sendTicks: number;
  readonly showTicks: number;
  readonly packets: RtpTemplate;
}

/** A clip in memory, packetised once and shared by every camera that plays it. */
export interface Clip {
  readonly path: string;
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly durationTicks: number;
  readonly pictures: readonly ClipPicture[];
  /** First VPS (H.265 only), SPS and PPS, for the SDP. */
  readonly parameterSets: readonly Buffer[];
}

const run = promisify(execFile);
const MAX_CLIP_BYTES = 256 * 1024 * 1024;

const ProbeResult = Compile(
  Type.Object({
    streams: Type.Array(
      Type.Object({
        codec_name: Type.String(),
        width: Type.Integer({ minimum: 16, maximum: 8192 }),
        height: Type.Integer({ minimum: 16, maximum: 8192 }),
        avg_frame_rate: Type.String({ pattern: '^[1-9][0-9]*/[1-9][0-9]*$' }),
      }),
      { minItems: 1 },
    ),
    packets: Type.Array(Type.Object({ pts_time: Type.String(), dts_time: Type.String() }), { minItems: 1 }),
  }),
);
const codecNames = new Map<string, VideoCodec>([
  ['h264', 'h264'],
  ['hevc', 'h265'],
]);

/**
 * Reads the video of a file through ffmpeg (stream copy, no decoding) and packetises it. The clip must begin with a keyframe.
 * @throws Error naming the file and the remedy when it has no H.264 or H.265 video, or when ffmpeg is missing.
 */
export async function loadClip(path: string): Promise<Clip> {
  const probe = await probeClip(path);
  const stream = probe.streams[0];
  const codec = codecNames.get(stream?.codec_name ?? '');
  if (stream === undefined || codec === undefined) {
    throw new Error(
      `clip ${path}: video codec must be H.264 or H.265, found ${stream?.codec_name ?? 'none'}`,
    );
  }
  const bitstream = await readAnnexB(path, codec);
  const groups = groupPictures(splitNals(bitstream), codec);
  if (groups.length !== probe.packets.length || groups[0]?.isKey !== true) {
    throw new Error(
      `clip ${path}: ${groups.length} pictures for ${probe.packets.length} packets, or no keyframe first; encode it again with one picture per packet`,
    );
  }
  const [numerator = 0, denominator = 1] = stream.avg_frame_rate.split('/').map(Number);
  const fps = numerator / denominator;
  const sendOrigin = ticks(probe.packets[0]?.dts_time);
  const showOrigin = Math.min(...probe.packets.map((packet) => ticks(packet.pts_time)));
  const pictures = groups.map((group, index) => ({
    isKey: group.isKey,
    sendTicks: ticks(probe.packets[index]?.dts_time) - sendOrigin,
    showTicks: ticks(probe.packets[index]?.pts_time) - showOrigin,
    packets: buildTemplate(group.nals, codec),
  }));
  return {
    path,
    codec,
    width: stream.width,
    height: stream.height,
    fps,
    bitrateKbps: (bitstream.length * 8 * fps) / pictures.length / 1000,
    durationTicks: Math.round((pictures.length * CLOCK_RATE) / fps),
    pictures,
    parameterSets: findParameterSets(groups[0].nals, codec),
  };
}

/** One picture of a clip as JPEG, for ONVIF snapshots. */
export async function readSnapshot(path: string): Promise<Buffer> {
  const args = ['-v', 'error', '-nostdin', '-i', path, '-frames:v', '1', '-f', 'mjpeg', 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MAX_CLIP_BYTES });
  return stdout;
}

async function probeClip(path: string) {
  const entries = 'stream=codec_name,width,height,avg_frame_rate:packet=pts_time,dts_time';
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', path];
  const { stdout } = await run('ffprobe', args, { maxBuffer: MAX_CLIP_BYTES }).catch((error: unknown) => {
    throw new Error(`clip ${path}: ffprobe cannot read it; check the path and that ffmpeg is installed`, {
      cause: error,
    });
  });
  const result: unknown = JSON.parse(stdout);
  if (!ProbeResult.Check(result))
    throw new Error(`clip ${path}: no usable video stream; give an MP4 with H.264 or H.265`);
  return result;
}

async function readAnnexB(path: string, codec: VideoCodec): Promise<Buffer> {
  const [filter, format] = codec === 'h264' ? ['h264_mp4toannexb', 'h264'] : ['hevc_mp4toannexb', 'hevc'];
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-c',
    'copy',
    '-bsf:v',
    filter,
    '-f',
    format,
    'pipe:1',
  ];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MAX_CLIP_BYTES });
  return stdout;
}

function ticks(seconds: string | undefined): number {
  const value = Math.round(Number(seconds) * CLOCK_RATE);
  if (!Number.isFinite(value)) throw new Error(`clip: packet without a time (${seconds}); remux it into MP4`);
  return value;
}

function findParameterSets(nals: readonly Buffer[], codec: VideoCodec): Buffer[] {
  const wanted = codec === 'h264' ? [7, 8] : [32, 33, 34];
  return wanted.map((type) => {
    const found = nals.find((nal) => codecRules[codec].typeOf(nal) === type);
    if (found === undefined)
      throw new Error(`clip: first picture lacks parameter set ${type}; encode it with repeated headers`);
    return found;
  });
}
