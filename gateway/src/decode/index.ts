export { ClipMasker } from './clip-masker.ts';
export { type DecodeFault, FfmpegDecoder, type FfmpegDecoderOptions } from './ffmpeg-decoder.ts';
export { FfmpegLauncher } from './ffmpeg-launcher.ts';
export { GopStillDecoder } from './gop-still-decoder.ts';
