import type { FuzzTarget } from './fuzz-target.ts';
import { runWatched } from './watched-worker.ts';

/** SOAP answers and WS-Discovery datagrams into the real readers, and whole visits to a hostile device over a socket. */
export const onvif: FuzzTarget = {
  what: 'SOAP answers, WS-Discovery datagrams, device URLs, challenges, whole visits',
  run: (options) =>
    runWatched({ name: 'onvif', worker: new URL('./onvif/worker.ts', import.meta.url) }, options),
};
