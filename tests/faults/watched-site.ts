import type { CameraHealth, StreamState } from '@pingan/models/contract';
import type { EventDraft } from '../../gateway/src/assembly/alarm-book.ts';
import { CameraLoop, type DecoderHandlers } from '../../gateway/src/assembly/camera-loop.ts';
import { CameraStreams } from '../../gateway/src/assembly/camera-streams.ts';
import { OutageBoard } from '../../gateway/src/assembly/outage-board.ts';
import { systemClock } from '../../gateway/src/base/clock.ts';
import { silentLogger } from '../../gateway/src/base/log.ts';
import { FfmpegDecoder, FfmpegLauncher } from '../../gateway/src/decode/index.ts';
import type { NetworkOutageOptions } from '../../gateway/src/health/network-outage.ts';
import type { Camera, Decoder } from '../../gateway/src/pipeline.ts';
import { RtspSource } from '../../gateway/src/rtsp/source.ts';
import { createRuleEngine } from '../../gateway/src/rules/index.ts';
import { ConnectGate } from '../../gateway/src/streams/connect-gate.ts';
import { LiveStream } from '../../gateway/src/streams/live-stream.ts';
import { until } from '../support/until.ts';
import { LOGIN, type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';

export type WatchedSiteOptions = {
  cameras: number;
  clip: string;
  /** Whether pictures are decoded; without, a camera costs its packets only. */
  decodes: boolean;
  /** When alarms are made; as the gateway does by default. */
  timing?: Partial<NetworkOutageOptions>;
  /** A decoder process was started; `pid` leads its process group. */
  onSpawn?(camera: number, pid: number): void;
  onPicture?(camera: number): void;
};

export type SeenState = { camera: number; state: StreamState; atMs: number };
const PICTURES_PER_SECOND = 5;
const LONG_SIDE = 416;

/** Simulated cameras, and the gateway's own loop for each: streams, health and alarms as they run on site, without detection. */
export class WatchedSite {
  readonly gate = new ConnectGate();
  /** Every alarm that was raised, changed or cleared. */
  readonly events: EventDraft[] = [];
  /** Every change of a stream's state; times are monotonic. */
  readonly states: SeenState[] = [];
  readonly #options: WatchedSiteOptions;
  readonly #launcher = new FfmpegLauncher({ log: silentLogger });
  readonly #loops: CameraLoop[] = [];
  readonly #outages: OutageBoard;
  #simulator: SimulatorProcess | null = null;

  constructor(options: WatchedSiteOptions) {
    this.#options = options;
    this.#outages = new OutageBoard({
      gatewayId: 'faults',
      ...(options.timing === undefined ? {} : { timing: options.timing }),
      emit: async (draft) => void this.events.push(draft),
      hurry: (id) => this.#loops.find(({ camera }) => camera.id === id)?.streams.watch.hurry(),
      clock: systemClock,
      log: silentLogger,
    });
  }

  get simulator(): SimulatorProcess {
    if (this.#simulator === null) throw new Error('the site was not started');
    return this.#simulator;
  }

  async start(): Promise<void> {
    const { cameras, clip, decodes } = this.#options;
    this.#simulator = await startSimulatorProcess(cameras, clip);
    if (decodes) await this.#launcher.prepare();
    const source = new RtspSource();
    for (const [index, url] of this.#simulator.urls.entries()) {
      const loop = this.#createLoop(cameraOf(index, url), source);
      this.#loops.push(loop);
      loop.streams.watch.subscribe({
        onState: (state) => this.states.push({ camera: index, state, atMs: performance.now() }),
      });
      loop.start();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#outages.drain();
    await this.#simulator?.stop();
    this.#simulator = null;
  }

  health(index: number): CameraHealth {
    const loop = this.#loops[index];
    if (loop === undefined) throw new RangeError(`no camera ${index}`);
    return loop.health([]);
  }

  count(kind: StreamState['kind']): number {
    return this.#loops.filter(({ streams }) => streams.watch.state.kind === kind).length;
  }

  /** Resolves when every camera streams. */
  async allLive(limitMs: number): Promise<void> {
    const all = this.#options.cameras;
    await until(
      `${all} cameras to stream (${this.count('streaming')} do)`,
      () => this.count('streaming') === all,
      limitMs,
    );
  }

  #createLoop(camera: Camera, source: RtspSource): CameraLoop {
    const log = silentLogger;
    return new CameraLoop({
      camera,
      description: {},
      streams: new CameraStreams({
        camera,
        createStream: (profile) =>
          new LiveStream({ camera: profile, source, gate: this.gate, log, clock: systemClock }),
        log,
      }),
      createDecoder: (handlers) =>
        this.#options.decodes ? this.#decoder({ camera, handlers, index: this.#loops.length }) : NO_DECODER,
      detector: null,
      rules: createRuleEngine({ camera, rules: [] }),
      takeSnapshot: async () => undefined,
      outages: this.#outages,
      emit: async () => {},
      onChange() {},
      clock: systemClock,
      log,
    });
  }

  #decoder({
    camera,
    handlers,
    index,
  }: {
    camera: Camera;
    handlers: DecoderHandlers;
    index: number;
  }): Decoder {
    const { onSpawn, onPicture } = this.#options;
    return new FfmpegDecoder({
      cameraId: camera.id,
      launcher: {
        prepare: () => this.#launcher.prepare(),
        spawn: (parameters) => {
          const child = this.#launcher.spawn(parameters);
          if (child.pid !== undefined) onSpawn?.(index, child.pid);
          return child;
        },
      },
      ...handlers,
      onPicture: (picture) => {
        onPicture?.(index);
        handlers.onPicture(picture);
      },
      log: silentLogger,
      picturesPerSecond: PICTURES_PER_SECOND,
      longSide: LONG_SIDE,
      clock: systemClock,
    });
  }
}

const NO_DECODER: Decoder = {
  push() {},
  setPace() {},
  lagMs: 0,
  stats: { pictures: 0, droppedUnits: 0, restarts: 0, failures: 0 },
  start() {},
  async stop() {},
};

function cameraOf(index: number, url: string): Camera {
  return {
    id: `camera-${index}`,
    code: `4403060000131${String(index).padStart(7, '0')}`,
    name: `camera ${index}`,
    source: { kind: 'rtsp', url, transport: 'tcp', ...LOGIN },
  };
}
