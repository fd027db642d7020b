export { MalformedParameterSetError } from './bit-reader.ts';
export { fragment } from './fragment.ts';
export { indexFragments } from './fragment-index.ts';
export { decoderConfiguration, initSegment, TIMESCALE } from './init-segment.ts';
export { decodableNals, sampleNals } from './sample.ts';
export { seekableClip } from './seekable.ts';
export { MediaTimeline } from './timeline.ts';
export { sameParameterSets, type VideoFormat, videoFormat } from './video-format.ts';
