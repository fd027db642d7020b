import { Authenticator, type AuthScheme, type AuthVerdict, type Credentials } from './authenticator.ts';
import type { Discoverable } from './discovery.ts';
import { concerns, type Fault, type FaultKind, FaultSwitchboard } from './faults.ts';
import { type CameraIdentity, scopesOf } from './identity.ts';
import type { Listener } from './listener.ts';
import { CLOCK_RATE, type Clip, readSnapshot } from './media/clip.ts';
import type { Pacer } from './media/pacer.ts';
import type { RtpStream } from './media/rtp-stream.ts';
import type { StampBuffer } from './media/rtp-template.ts';
import { deviceUrl } from './onvif/device-service.ts';
import type { CameraNotification } from './onvif/event-hub.ts';
import { Gate } from './onvif/gate.ts';
import type { OnvifHost, OnvifProfile } from './onvif/host.ts';
import type { QuirkBehaviour } from './onvif/quirk.ts';
import { onvifListener } from './onvif/server.ts';
import { OnvifState } from './onvif/state.ts';
import { type RtspHost, type RtspMount, rtspListener } from './rtsp/server.ts';

export interface SimulatedCameraOptions {
  readonly identity: CameraIdentity;
  readonly main: Clip;
  /** Sub-stream; the main clip again when absent. */
  readonly sub?: Clip;
  readonly credentials: Credentials;
  readonly auth: readonly AuthScheme[];
  readonly host: string;
  readonly onvifPort: number;
  readonly rtspPort: number;
  /** Where in the clip the camera starts, seconds. */
  readonly offsetS: number;
  readonly sessionTimeoutS: number;
  readonly nonceLifetimeS: number;
  readonly pacer: Pacer;
  readonly stampBuffer: StampBuffer;
  readonly wallMs: () => number;
  readonly random: () => number;
  /** How it strays from ONVIF. */
  readonly quirk?: QuirkBehaviour;
  /** Lenses or recorder channels, 1 by default; all play the same clips. */
  readonly channels?: number;
}

/** One camera: an identity, an RTSP port, an ONVIF port and a switchboard of faults. */
export class SimulatedCamera implements Discoverable {
  readonly identity: CameraIdentity;
  readonly faults: FaultSwitchboard;
  /** What clients have changed, asked and subscribed to. */
  readonly onvif: OnvifState;
  readonly #options: SimulatedCameraOptions;
  readonly #authenticator: Authenticator;
  readonly #startedMs: number;
  readonly #mounts: readonly RtspMount[];
  readonly #streams = new Set<RtpStream>();
  readonly #rtsp: Listener;
  readonly #onvif: Listener;
  /** Where media, events and PTZ answer; the same as the device service unless a quirk moves them. */
  readonly #services: Listener;
  #snapshot: Promise<Buffer> | undefined;
  #isRunning = false;

  constructor(options: SimulatedCameraOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.faults = new FaultSwitchboard(options.random);
    this.#startedMs = options.pacer.nowMs();
    this.#authenticator = new Authenticator({
      realm: `IP Camera(${options.identity.serial})`,
      schemes: options.auth,
      nonceLifetimeMs: options.nonceLifetimeS * 1000,
      nowMs: options.pacer.nowMs,
    });
    this.#mounts = [
      { path: '/live/main', clip: options.main },
      { path: '/live/sub', clip: options.sub ?? options.main },
    ].map((mount) => ({ ...mount, positionTicks: () => this.#positionTicks(mount.clip) }));
    this.#rtsp = rtspListener(this.#rtspHost(), options.host, options.rtspPort);
    this.onvif = new OnvifState({ onlyOneSubscription: options.quirk?.onlyOneSubscription ?? false });
    const onvifHost = this.#onvifHost();
    const gate = new Gate(onvifHost);
    this.#onvif = onvifListener(onvifHost, gate, options.host, options.onvifPort);
    this.#services = options.quirk?.separatePorts
      ? onvifListener(onvifHost, gate, options.host, 0)
      : this.#onvif;
  }

  get uuid(): string {
    return this.identity.uuid;
  }

  get name(): string {
    return this.identity.name;
  }

  get scopes(): readonly string[] {
    return scopesOf(this.identity);
  }

  /** The main stream, without credentials. */
  get rtspUrl(): string {
    return this.#rtspUrl('/live/main');
  }

  get subRtspUrl(): string {
    return this.#rtspUrl('/live/sub');
  }

  /**
   * The streams that play now, each with the clip and what was sent when: picture `first` of the clip at `originMs` (Unix), the rest
   * at its own pace, over and over every `durationMs`.
   */
  get playing(): { clip: string; originMs: number; first: number; pictures: number; durationMs: number }[] {
    const unixMs = Date.now() - this.#options.pacer.nowMs();
    return [...this.#streams].flatMap(({ schedule }) => {
      if (schedule === null) return [];
      const { clip, first, originMs } = schedule;
      const { pictures, durationTicks, path } = clip;
      const durationMs = durationTicks / (CLOCK_RATE / 1000);
      return [{ clip: path, originMs: originMs + unixMs, first, pictures: pictures.length, durationMs }];
    });
  }

  /** Address of the ONVIF device service. */
  get onvifUrl(): string {
    return deviceUrl({ httpUrl: () => this.#httpUrl() });
  }

  xAddr(): string {
    return this.#options.quirk?.announces?.(this.onvifUrl) ?? this.onvifUrl;
  }

  get refusesTypedProbe(): boolean {
    return this.#options.quirk?.refusesTypedProbe ?? false;
  }

  /** Something the camera noticed goes to all who have subscribed. */
  notify(notification: CameraNotification): void {
    this.onvif.events.notify(notification);
  }

  /** Cuts everything, forgets subscriptions and starts again with a clock that is off by so much. */
  reboot(clockOffsetMs: number): void {
    this.onvif.clockShiftMs = clockOffsetMs;
    this.onvif.events.endAll();
    this.cutConnections();
  }

  /** Opens the ports, except those that a fault keeps shut. @throws Error when a port is taken. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.#applyPorts();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.onvif.events.endAll();
    await Promise.all([this.#rtsp.close(), this.#onvif.close(), this.#services.close()]);
  }

  /** Switches a fault on; resolves when ports and connections are as the fault wants them. @throws TypeError for a fault that is not one. */
  async setFault(fault: Fault): Promise<void> {
    await this.setFaultFrom(fault);
  }

  /** The same for a fault that came over a wire. */
  async setFaultFrom(candidate: unknown): Promise<void> {
    const { endsConnections } = this.faults.set(candidate);
    if (endsConnections) this.#rtsp.cutConnections();
    await this.#applyPorts();
  }

  /** Switches one kind of fault off, or all. */
  async clearFault(kind?: FaultKind): Promise<void> {
    await this.clearFaultNamed(kind);
  }

  /** The same for a name that came over a wire; a fault that is not on stays off. */
  async clearFaultNamed(kind?: string): Promise<void> {
    this.faults.clear(kind);
    await this.#applyPorts();
  }

  /** Cuts all connections of both ports once, as a reboot does. */
  cutConnections(): void {
    this.#rtsp.cutConnections();
    this.#onvif.cutConnections();
    this.#services.cutConnections();
  }

  async #applyPorts(): Promise<void> {
    if (!this.#isRunning) return;
    const shut = this.faults.effects.closesPort;
    await Promise.all([
      concerns(shut, 'rtsp') ? this.#rtsp.close() : this.#rtsp.open(),
      ...[...new Set([this.#onvif, this.#services])].map((listener) =>
        concerns(shut, 'onvif') ? listener.close() : listener.open(),
      ),
    ]);
  }

  #rtspHost(): RtspHost {
    const { pacer, stampBuffer, sessionTimeoutS, random } = this.#options;
    return {
      name: this.identity.name,
      faults: this.faults,
      authenticator: this.#authenticator,
      pacer,
      streams: this.#streams,
      stampBuffer,
      sessionTimeoutS,
      random,
      wallMs: () => this.#wallMs(),
      mountAt: (url) => this.#mountAt(url),
      authorise: (method, uri, header) => this.#authorise(method, uri, header),
    };
  }

  #onvifHost(): OnvifHost {
    return {
      identity: this.identity,
      faults: this.faults,
      authenticator: this.#authenticator,
      profiles: this.#profiles(),
      quirk: this.#options.quirk ?? {},
      state: this.onvif,
      wallMs: () => this.#wallMs(),
      credentials: () => this.#credentials(),
      httpUrl: (service = 'device') => this.#httpUrl(service === 'device' ? this.#onvif : this.#services),
      snapshot: () => {
        this.#snapshot ??= readSnapshot(this.#options.main.path);
        return this.#snapshot;
      },
    };
  }

  /** Two profiles for each channel; the first channel's tokens are `main` and `sub`. */
  #profiles(): OnvifProfile[] {
    const count = this.#options.channels ?? 1;
    return Array.from({ length: count }, (_, channel) => channel).flatMap((channel) =>
      this.#mounts.map((mount, index) => {
        const suffix = channel === 0 ? '' : `_${channel + 1}`;
        const [token, name] = index === 0 ? ['main', '主码流'] : ['sub', '子码流'];
        return {
          token: `${token}${suffix}`,
          name: `${name}${suffix}`,
          clip: mount.clip,
          sourceToken: `source_${channel}`,
          rtspUrl: () => this.#rtspUrl(channel === 0 ? mount.path : `${mount.path}?channel=${channel + 1}`),
        };
      }),
    );
  }

  #authorise(method: string, uri: string, header: string | undefined): AuthVerdict {
    if (concerns(this.faults.effects.refusesLogin, 'rtsp')) return 'denied';
    return this.#authenticator.verify({ method, uri, header }, this.#credentials());
  }

  #credentials(): Credentials {
    const { username, password } = this.#options.credentials;
    return { username, password: this.faults.effects.password ?? password };
  }

  #wallMs(): number {
    return this.#options.wallMs() + (this.faults.effects.clockOffsetMs ?? 0) + this.onvif.clockShiftMs;
  }

  #positionTicks(clip: Clip): number {
    const elapsedS = (this.#options.pacer.nowMs() - this.#startedMs) / 1000 + this.#options.offsetS;
    return (elapsedS * CLOCK_RATE) % clip.durationTicks;
  }

  #mountAt(url: string): RtspMount | undefined {
    const path = URL.parse(url)?.pathname.replace(/\/(trackID=\d+)?$/, '');
    return this.#mounts.find((mount) => mount.path === path);
  }

  #rtspUrl(path: string): string {
    return `rtsp://${this.#options.host}:${this.#rtsp.port}${path}`;
  }

  #httpUrl(listener = this.#onvif): string {
    return `http://${this.#options.host}:${listener.port}`;
  }
}
