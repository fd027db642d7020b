import type { CameraSource, FrameSource } from '../pipeline.ts';

/** One frame source per kind of camera source; the composition root fills it in. */
export type FrameSources = Readonly<Record<CameraSource['kind'], FrameSource>>;

/** A frame source that opens each camera with the one for its kind. */
export function sourceByKind(sources: FrameSources): FrameSource {
  return { open: (source, events, signal) => sources[source.kind].open(source, events, signal) };
}
