export { MalformedParameterSetError } from './bit-reader.ts';
export { fragment, type SampleTiming } from './fragment.ts';
export { type InitSegment, initSegment, TIMESCALE } from './init-segment.ts';
export { decodableNals, sampleNals } from './sample.ts';
export { MediaTimeline } from './timeline.ts';
export { sameParameterSets, type VideoFormat, videoFormat } from './video-format.ts';
