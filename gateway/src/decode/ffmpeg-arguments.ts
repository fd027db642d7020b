import type { Size } from './detector-size.ts';

/** File descriptor on which ffmpeg reports the time of each picture that it puts out. */
export const TIME_FD = 3;
/** File descriptor on which a mask comes. */
export const MASK_FD = 3;

/**
 * Common to all: no terminal, one thread, nothing but pipes, every warning as a line of its own.
 * Not among them, by measurement with ffmpeg 5.1: `-fflags nobuffer` throws away the packets read while probing, here the
 * whole first group of pictures; `-flags low_delay` changes nothing with one thread.
 */
const input = (format: 'mov' | 'matroska') => [
  ...['-hide_banner', '-nostdin', '-loglevel', 'repeat+warning', '-threads', '1', '-filter_threads', '1'],
  ...['-protocol_whitelist', 'pipe', '-probesize', '32', '-analyzeduration', '0', '-copyts'],
  ...['-f', format, '-i', 'pipe:0', '-map', '0:v:0', '-fps_mode', 'passthrough'],
];
/** `print` speaks only of frames that carry metadata, hence the `add`. */
const REPORT_TIME = `metadata=add:key=p:value=1,metadata=print:file=pipe\\\\:${TIME_FD}:direct=1`;
/** The encoder has threads of its own, and with two of them it gives each picture only when the next one comes. */
const OUTPUT = ['-threads', '1', '-flush_packets', '1', '-f', 'image2pipe', 'pipe:1'];
const RAW_PICTURES = ['-c:v', 'rawvideo', ...OUTPUT];

export type SamplingOptions = Size & {
  /** 0.1..30. At most one picture in each 1/n second of stream time is taken. */
  picturesPerSecond: number;
};

/** fMP4 on stdin → I420 pictures (BT.601, limited range) on stdout. Only numbers that are checked here enter the table. */
export function samplingArguments({ width, height, picturesPerSecond }: SamplingOptions): string[] {
  const rate = checked('picturesPerSecond', picturesPerSecond, { low: 0.1, high: 30 }).toFixed(3);
  const select = `select='isnan(prev_t)+gt(floor(t*${rate}),floor(prev_t*${rate}))'`;
  return [...input('mov'), '-vf', [select, ...scaling({ width, height })].join(','), ...RAW_PICTURES];
}

/** Matroska on stdin → as I420 the pictures whose time is an odd number of ticks: which ones, the feeding side says picture by picture. */
export function markedArguments(size: Size): string[] {
  return [...input('matroska'), '-vf', ["select='mod(pts,2)'", ...scaling(size)].join(','), ...RAW_PICTURES];
}

function scaling({ width, height }: Size): string[] {
  const size = [width, height].map((side) => Math.round(checked('side', side, { low: 16, high: 4096 })));
  const scale = `scale=${size.join(':')}:flags=bilinear:out_range=tv:out_color_matrix=bt601`;
  return [scale, 'format=yuv420p', REPORT_TIME];
}

/** fMP4 on stdin → all pictures from `fromTicks` (90 kHz, presentation time) on as PPM on stdout. */
export function stillArguments(fromTicks: number): string[] {
  const from = Math.round(checked('fromTicks', fromTicks, { low: 0, high: Number.MAX_SAFE_INTEGER }));
  const filters = [`select='gte(pts,${from})'`, 'format=rgb24', REPORT_TIME];
  return [...input('mov'), '-vf', filters.join(','), '-c:v', 'ppm', ...OUTPUT];
}

/**
 * fMP4 on stdin and one RGBA picture on fd 3 → the clip with that picture laid over every frame, as H.264 in fMP4 on stdout.
 * The picture's time lies an hour before the clip's, so that no frame, whatever its time, comes before there is a mask.
 */
export function maskingArguments({ width, height }: Size): string[] {
  const size = [width, height].map((side) => Math.round(checked('side', side, { low: 16, high: 16_384 })));
  return [
    ...[
      '-hide_banner',
      '-nostdin',
      '-xerror',
      '-loglevel',
      'repeat+error',
      '-filter_threads',
      '1',
      '-copyts',
    ],
    ...['-filter_complex_threads', '1'],
    ...['-threads', '1', '-protocol_whitelist', 'pipe', '-f', 'mov', '-i', 'pipe:0'],
    ...['-protocol_whitelist', 'pipe', '-itsoffset', '-3600', '-f', 'rawvideo', '-pixel_format', 'rgba'],
    ...['-video_size', size.join('x'), '-i', `pipe:${MASK_FD}`],
    ...[
      '-filter_complex',
      '[0:v:0][1:v:0]overlay=eof_action=repeat,format=yuv420p[masked]',
      '-map',
      '[masked]',
    ],
    ...[
      '-fps_mode',
      'passthrough',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '23',
      '-bf',
      '0',
      '-g',
      '50',
    ],
    ...['-enc_time_base', '1:90000', '-threads', '1', '-video_track_timescale', '90000'],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'],
  ];
}

function checked(name: string, value: number, { low, high }: { low: number; high: number }): number {
  if (Number.isFinite(value) && value >= low && value <= high) return value;
  throw new RangeError(`${name} is ${value}: give a number from ${low} to ${high}`);
}
