export { MalformedParameterSetError } from './bit-reader.ts';
export { fragment } from './fragment.ts';
export { initSegment, TIMESCALE } from './init-segment.ts';
export { decodableNals, sampleNals } from './sample.ts';
export { MediaTimeline } from './timeline.ts';
export { sameParameterSets, type VideoFormat, videoFormat } from './video-format.ts';
