import type { EventDetail } from '@pingan/models/contract';
import { createAddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { type Startable, startAll } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import type { DeviceCodes } from '../cameras/device-codes.ts';
import { GuardedSource } from '../cameras/guarded-source.ts';
import { cameraIdOf } from '../cameras/identity.ts';
import type { RosterHooks } from '../cameras/roster.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { CameraEntry, GatewayConfig } from '../config/schema.ts';
import { FfmpegDecoder, FfmpegLauncher, GopStillDecoder } from '../decode/index.ts';
import { DetectionPool } from '../detection/detection-pool.ts';
import { maskStills } from '../evidence/index.ts';
import { Discovery } from '../onvif/discovery/discovery.ts';
import { OnvifScanner } from '../onvif/discovery/scanner.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import type {
  Camera,
  CameraRoster,
  CameraSource,
  DetectorStats,
  FrameSource,
  GopSnapshot,
  StillDecoder,
} from '../pipeline.ts';
import { RtspSource } from '../rtsp/source.ts';
import { createRuleEngine } from '../rules/index.ts';
import { ConnectGate } from '../streams/connect-gate.ts';
import { FileSource } from '../streams/file-source.ts';
import { LiveStream } from '../streams/live-stream.ts';
import { sourceByKind } from '../streams/sources.ts';
import type { EventDraft } from './alarm-book.ts';
import { CameraDeviceEvents, DEFAULT_DEVICE_EVENTS } from './camera-device-events.ts';
import { CameraFleet } from './camera-fleet.ts';
import { type CameraDescription, CameraLoop } from './camera-loop.ts';
import { pictureOf } from './camera-picture.ts';
import { RosterSystem } from './camera-roster.ts';
import { CameraStreams } from './camera-streams.ts';
import { DecodeGovernor } from './decode-governor.ts';
import { DETECTOR } from './detector-settings.ts';
import type { EvidenceSystem } from './evidence-system.ts';
import { identityDraft } from './identity-alarm.ts';
import { LoadMeter } from './load-meter.ts';
import { OutageBoard } from './outage-board.ts';
import type { BaselineStore } from './picture-faults.ts';
import { rtspOptions } from './rtsp-options.ts';
import type { RuleBoard } from './rule-board.ts';
import { snapshotOf } from './snapshot.ts';

export type CameraSystemOptions = {
  config: GatewayConfig;
  readSecret: LoadedConfig['readSecret'];
  codes: DeviceCodes;
  baselines: BaselineStore;
  rules: RuleBoard;
  evidence: EvidenceSystem;
  emit(draft: EventDraft): Promise<void>;
  testAlarm: RosterHooks['testAlarm'];
  onChange(): void;
  clock: Clock;
  log: Logger;
};

const DEFAULT_DISCOVERY = { port: 3702, periodSeconds: 30 };
/** Pictures per second: where something moves or a rule is armed, and where not. */
const SAMPLE_FPS = 5;
const IDLE_FPS = 2;
const NO_DETECTION: DetectorStats = {
  submitted: 0,
  inferred: 0,
  dropped: 0,
  restarts: 0,
  failures: 0,
  workersDown: 0,
};

/** Everything from cameras on the network to events: built from the configuration, started and stopped as one. */
export class CameraSystem implements Startable {
  readonly fleet: CameraFleet;
  readonly #options: CameraSystemOptions;
  readonly #keeping: RosterSystem;
  readonly #deviceEvents: CameraDeviceEvents;
  /** Of the configuration file. */
  readonly #configured: Camera[] = [];
  #discovery: Discovery | null = null;
  /** Null when detection is off. */
  readonly #detector: DetectionPool | null;
  readonly #source: FrameSource;
  readonly #outages: OutageBoard;
  readonly #gate = new ConnectGate();
  readonly #launcher: FfmpegLauncher;
  readonly #governor: DecodeGovernor;
  readonly #stills: GopStillDecoder;
  #stopAll: () => Promise<void> = async () => {};

  constructor(options: CameraSystemOptions) {
    this.#options = options;
    const { config, clock, log, rules } = options;
    this.#source = sourceByKind({ rtsp: new RtspSource({ clock }), file: new FileSource({ clock }) });
    this.#launcher = new FfmpegLauncher({ log });
    this.#governor = new DecodeGovernor({
      fullFps: config.detection?.sampleFps ?? SAMPLE_FPS,
      idleFps: Math.min(config.detection?.idleFps ?? IDLE_FPS, config.detection?.sampleFps ?? SAMPLE_FPS),
      meter: new LoadMeter(),
      onChange: options.onChange,
      clock,
      log,
    });
    this.#stills = new GopStillDecoder({ launcher: this.#launcher });
    this.#detector =
      config.detection?.enabled === false
        ? null
        : new DetectionPool({
            ...DETECTOR,
            workers: config.detection?.workers ?? 1,
            log,
          });
    this.#deviceEvents = new CameraDeviceEvents({
      prove: (deviceId) => this.#keeping.proveDevice(deviceId),
      kinds: config.cameras.deviceEvents ?? DEFAULT_DEVICE_EVENTS,
      emit: options.emit,
      clock,
      log,
    });
    this.#keeping = this.#createRoster();
    this.fleet = new CameraFleet({
      createLoop: (camera, description) => this.#createLoop(camera, description),
      rules,
      records: () => this.#keeping.records(),
      known: () => this.#keeping.known(),
      onDropped: (camera) => this.#outages.forget(camera),
    });
    this.#outages = new OutageBoard({
      gatewayId: config.gateway.id,
      emit: options.emit,
      hurry: (cameraId) => this.fleet.find(cameraId)?.streams.watch.hurry(),
      timing: config.health ?? {},
      clock,
      log,
    });
  }

  get detectorStats(): DetectorStats {
    return this.#detector?.stats ?? NO_DETECTION;
  }

  async start(): Promise<void> {
    // Before the first camera, so that its first group of pictures is decoded. A missing ffmpeg is each decoder's to report.
    await this.#launcher.prepare().catch(() => {});
    this.#configured.splice(0);
    for (const entry of this.#options.config.cameras.entries ?? [])
      this.#configured.push(this.#cameraOf(entry));
    const parts: Startable[] = [
      ...(this.#detector ? [this.#detector] : []),
      this.#governor,
      this.fleet,
      this.#keeping,
    ];
    this.#discovery = this.#createDiscovery();
    if (this.#discovery) parts.push(this.#discovery);
    this.#stopAll = await startAll(
      parts.map((part) => ({ start: () => part.start(), stop: () => part.stop() })),
    );
    for (const camera of this.#configured) this.fleet.put(camera, {});
  }

  async stop(): Promise<void> {
    await this.#stopAll();
    await this.#deviceEvents.stop();
    await this.#outages.drain();
  }

  /** All cameras with all that people can do with them. */
  get roster(): CameraRoster {
    return this.#keeping.roster;
  }

  #createRoster(): RosterSystem {
    const { config, codes, readSecret, clock, log, onChange, emit } = this.#options;
    const { networks, allowLoopback = false, credentials = [] } = config.cameras;
    const policy = createAddressPolicy({ networks, allowLoopback });
    return new RosterSystem({
      config,
      codes,
      probe: new OnvifProbe(clock),
      scanner: new OnvifScanner({ policy, clock, discoveryPort: this.#discoveryPort() }),
      policy,
      logins: credentials.map(({ username, passwordFile }) => ({
        username,
        password: readSecret(passwordFile),
      })),
      configured: this.#configured,
      probeNow: () => this.#discovery?.probeNow(),
      streams: {
        streamState: (id) => this.fleet.find(id)?.streams.watch.state,
        put: (camera, description) => this.fleet.put(camera, description),
        putStream: (camera) => this.fleet.put(camera, {}),
        dropStream: (id) => this.fleet.drop(id),
        rename: (id, name) => this.fleet.rename(id, name),
        picture: (id, signal) =>
          pictureOf(this.fleet.find(id)?.streams, this.#stillsOf(this.fleet.find(id)?.camera), signal),
        testAlarm: (camera, signal) => this.#options.testAlarm(camera, signal),
      },
      deviceEvents: this.#deviceEvents,
      onIdentity: (phase, record, why) => void emit(identityDraft({ phase, record, why }, clock)),
      onChange,
      clock,
      log,
    });
  }

  #discoveryPort(): number {
    return this.#options.config.discovery?.multicastPort ?? DEFAULT_DISCOVERY.port;
  }

  #createDiscovery(): Discovery | null {
    const { config, log } = this.#options;
    const settings = config.discovery;
    if (!settings?.enabled) return null;
    return new Discovery({
      interfaces: settings.interfaces ?? [],
      port: this.#discoveryPort(),
      periodMs: (settings.periodSeconds ?? DEFAULT_DISCOVERY.periodSeconds) * 1000,
      onDevice: (device) => this.#keeping.consider(device),
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

  /** Whatever shows a picture of a camera has it masked already. */
  #stillsOf(camera: Camera | undefined): StillDecoder {
    return maskStills(this.#stills, camera === undefined ? [] : this.#options.evidence.masksOf(camera));
  }

  #createLoop(camera: Camera, description: CameraDescription): CameraLoop {
    const { config, rules, evidence, emit, onChange, clock } = this.#options;
    const log = this.#options.log.child({ camera: camera.id });
    const streams = new CameraStreams({
      camera,
      createStream: (profile) =>
        new LiveStream({
          camera: profile,
          source: new GuardedSource(this.#source, camera, this.#keeping),
          gate: this.#gate,
          log,
          clock,
        }),
      log,
    });
    return new CameraLoop({
      camera,
      description,
      streams,
      evidence: evidence.attach(camera, streams),
      baselines: this.#options.baselines,
      createDecoder: (handlers) =>
        new FfmpegDecoder({
          cameraId: camera.id,
          launcher: this.#launcher,
          ...handlers,
          log,
          picturesPerSecond: config.detection?.sampleFps ?? SAMPLE_FPS,
          longSide: config.detection?.longSide ?? 416,
          clock,
        }),
      governor: this.#governor,
      detector: this.#detector,
      rules: createRuleEngine({ camera, rules: rules.rules }),
      takeSnapshot: (gop: GopSnapshot, detail: EventDetail) =>
        snapshotOf({ stills: this.#stillsOf(camera), gop, detail, caption: camera.name, log }),
      outages: this.#outages,
      emit,
      onChange,
      clock,
      log,
    });
  }
}
