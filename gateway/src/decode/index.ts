export { detectorSize } from './detector-size.ts';
export { type DecodeFault, FfmpegDecoder, type FfmpegDecoderOptions } from './ffmpeg-decoder.ts';
export { DecoderMissingError, FfmpegLauncher } from './ffmpeg-launcher.ts';
export { GopStillDecoder, StillDecodeError } from './gop-still-decoder.ts';
