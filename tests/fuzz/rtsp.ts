import type { FuzzTarget } from './fuzz-target.ts';
import { runWatched } from './watched-worker.ts';

/** RTSP answers, SDP, RTP, RTCP and parameter sets into the real parsers, and sessions with a hostile camera over a socket. */
export const rtsp: FuzzTarget = {
  what: 'RTSP answers, SDP, RTP and RTCP, NAL units, whole sessions',
  run: (options) =>
    runWatched({ name: 'rtsp', worker: new URL('./rtsp/worker.ts', import.meta.url) }, options),
};
