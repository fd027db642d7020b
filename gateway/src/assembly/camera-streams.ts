import type { StreamProfile } from '@pingan/models/contract';
import type { Logger } from '../base/log.ts';
import type { Camera, CameraStream } from '../pipeline.ts';
import type { LiveStream } from '../streams/live-stream.ts';
import { OnDemandStream } from './on-demand-stream.ts';

export type CameraStreamsOptions = {
  camera: Camera;
  /** The stream of one source; not started. */
  createStream(camera: Camera): LiveStream;
  log: Logger;
  /** How long the main stream's session outlives its last consumer. */
  lingerMs?: number;
};

/**
 * The profiles of one camera, one session each. `watch` runs all the time and is the sub-stream when the camera has one:
 * health, detection and tiles take it. The main stream has a session while somebody is subscribed to it.
 */
export class CameraStreams {
  readonly camera: Camera;
  readonly watch: LiveStream;
  readonly #main: CameraStream;

  constructor({ camera, createStream, log, lingerMs }: CameraStreamsOptions) {
    this.camera = camera;
    const { sub, ...mainOnly } = camera;
    this.watch = createStream(sub === undefined ? camera : { ...mainOnly, source: sub });
    const linger = lingerMs === undefined ? {} : { lingerMs };
    this.#main =
      sub === undefined
        ? this.watch
        : new OnDemandStream({ stream: createStream(mainOnly), fallback: this.watch, log, ...linger });
  }

  /** The camera's main stream: `watch` itself when there is no other. */
  main(): CameraStream {
    return this.#main;
  }

  of(profile: StreamProfile): CameraStream {
    return profile === 'main' ? this.#main : this.watch;
  }

  start(): void {
    this.watch.start();
    if (this.#main !== this.watch) this.#main.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.watch.stop(), this.#main.stop()]);
  }
}
