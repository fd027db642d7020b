import type { EventDetail } from '@pingan/models/contract';
import { createAddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { type Startable, startAll } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import { CameraAdmission, cameraIdOf } from '../cameras/admission.ts';
import type { DeviceCodes } from '../cameras/device-codes.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { CameraEntry, GatewayConfig } from '../config/schema.ts';
import { FfmpegDecoder, FfmpegLauncher, GopStillDecoder } from '../decode/index.ts';
import { DetectionPool } from '../detection/detection-pool.ts';
import { Discovery } from '../onvif/discovery/discovery.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import type { Camera, CameraSource, DetectorStats, FrameSource, GopSnapshot } from '../pipeline.ts';
import { RtspSource } from '../rtsp/source.ts';
import { createRuleEngine } from '../rules/index.ts';
import { ConnectGate } from '../streams/connect-gate.ts';
import { FileSource } from '../streams/file-source.ts';
import { LiveStream } from '../streams/live-stream.ts';
import { sourceByKind } from '../streams/sources.ts';
import type { EventDraft } from './alarm-book.ts';
import { CameraFleet } from './camera-fleet.ts';
import { type CameraDescription, CameraLoop } from './camera-loop.ts';
import { CameraStreams } from './camera-streams.ts';
import { rtspOptions } from './rtsp-options.ts';
import type { RuleBoard } from './rule-board.ts';
import { snapshotOf } from './snapshot.ts';

export type CameraSystemOptions = {
  config: GatewayConfig;
  readSecret: LoadedConfig['readSecret'];
  codes: DeviceCodes;
  rules: RuleBoard;
  emit(draft: EventDraft): Promise<void>;
  onChange(): void;
  clock: Clock;
  log: Logger;
};

const DEFAULT_DISCOVERY = { port: 3702, periodSeconds: 30 };
/** What the detector reports; rules choose among them. Dogs and the rest of COCO fire on textures. */
const LABELS = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck'];
/** The tracker's second round wants weak detections too. */
const MIN_SCORE = 0.1;
const NO_DETECTION: DetectorStats = { submitted: 0, inferred: 0, dropped: 0, restarts: 0, failures: 0 };

/** Everything from cameras on the network to events: built from the configuration, started and stopped as one. */
export class CameraSystem implements Startable {
  readonly fleet: CameraFleet;
  readonly #options: CameraSystemOptions;
  readonly #admission: CameraAdmission;
  /** Null when detection is off. */
  readonly #detector: DetectionPool | null;
  readonly #source: FrameSource;
  readonly #gate = new ConnectGate();
  readonly #launcher: FfmpegLauncher;
  readonly #stills: GopStillDecoder;
  #stopAll: () => Promise<void> = async () => {};

  constructor(options: CameraSystemOptions) {
    this.#options = options;
    const { config, clock, log, rules } = options;
    this.#source = sourceByKind({ rtsp: new RtspSource({ clock }), file: new FileSource({ clock }) });
    this.#launcher = new FfmpegLauncher({ log });
    this.#stills = new GopStillDecoder({ launcher: this.#launcher });
    this.#detector =
      config.detection?.enabled === false
        ? null
        : new DetectionPool({
            model: 'nanodet-coco-int8',
            minScore: MIN_SCORE,
            labels: LABELS,
            workers: config.detection?.workers ?? 1,
            log,
          });
    this.#admission = this.#createAdmission();
    this.fleet = new CameraFleet({
      createLoop: (camera, description) => this.#createLoop(camera, description),
      rules,
      candidates: () => this.#admission.candidates(),
    });
  }

  get detectorStats(): DetectorStats {
    return this.#detector?.stats ?? NO_DETECTION;
  }

  async start(): Promise<void> {
    // Before the first camera, so that its first group of pictures is decoded. A missing ffmpeg is each decoder's to report.
    await this.#launcher.prepare().catch(() => {});
    const parts: Startable[] = [...(this.#detector ? [this.#detector] : []), this.fleet, this.#admission];
    const discovery = this.#createDiscovery();
    if (discovery) parts.push(discovery);
    this.#stopAll = await startAll(
      parts.map((part) => ({ start: () => part.start(), stop: () => part.stop() })),
    );
    for (const entry of this.#options.config.cameras.entries ?? []) this.fleet.put(this.#cameraOf(entry), {});
  }

  stop(): Promise<void> {
    return this.#stopAll();
  }

  #createAdmission(): CameraAdmission {
    const { config, codes, readSecret, clock, log, onChange } = this.#options;
    const { networks, allowLoopback = false, credentials = [], limit = 64 } = config.cameras;
    return new CameraAdmission({
      probe: new OnvifProbe(clock),
      policy: createAddressPolicy({ networks, allowLoopback }),
      codes,
      logins: credentials.map(({ username, passwordFile }) => ({
        username,
        password: readSecret(passwordFile),
      })),
      limit,
      clock,
      log,
      onAdmitted: ({ facts }, camera) => {
        this.fleet.put(camera, facts ? { manufacturer: facts.manufacturer, model: facts.model } : {});
        onChange();
      },
    });
  }

  #createDiscovery(): Discovery | null {
    const { config, log } = this.#options;
    const settings = config.discovery;
    if (!settings?.enabled) return null;
    return new Discovery({
      interfaces: settings.interfaces ?? [],
      port: settings.multicastPort ?? DEFAULT_DISCOVERY.port,
      periodMs: (settings.periodSeconds ?? DEFAULT_DISCOVERY.periodSeconds) * 1000,
      onDevice: (device) => this.#admission.consider(device),
      log,
    });
  }

  /** A camera of the configuration file. Throws a ConfigError when its password file cannot be read. */
  #cameraOf(entry: CameraEntry): Camera {
    const { codes, readSecret } = this.#options;
    const key = `configured:${entry.key}`;
    const base = {
      id: cameraIdOf(key),
      code: entry.code ?? codes.assign('networkCamera', key),
      name: entry.name,
    };
    if (entry.source === 'file') return { ...base, source: { kind: 'file', path: entry.path } };
    const login = {
      ...(entry.username === undefined ? {} : { username: entry.username }),
      ...(entry.passwordFile === undefined ? {} : { password: readSecret(entry.passwordFile) }),
    };
    const source = (url: string): CameraSource => ({
      kind: 'rtsp',
      url,
      ...rtspOptions(entry),
      ...login,
    });
    const sub = entry.subUrl === undefined ? {} : { sub: source(entry.subUrl) };
    return { ...base, source: source(entry.url), ...sub };
  }

  #createLoop(camera: Camera, description: CameraDescription): CameraLoop {
    const { config, rules, emit, onChange, clock } = this.#options;
    const log = this.#options.log.child({ camera: camera.id });
    return new CameraLoop({
      camera,
      description,
      streams: new CameraStreams({
        camera,
        createStream: (profile) =>
          new LiveStream({ camera: profile, source: this.#source, gate: this.#gate, log, clock }),
        log,
      }),
      createDecoder: (handlers) =>
        new FfmpegDecoder({
          cameraId: camera.id,
          launcher: this.#launcher,
          ...handlers,
          log,
          picturesPerSecond: config.detection?.sampleFps ?? 5,
          longSide: config.detection?.longSide ?? 416,
          clock,
        }),
      detector: this.#detector,
      rules: createRuleEngine({ camera, rules: rules.rules }),
      takeSnapshot: (gop: GopSnapshot, detail: EventDetail) =>
        snapshotOf({ stills: this.#stills, gop, detail, caption: camera.name, log }),
      emit,
      onChange,
      clock,
      log,
    });
  }
}
