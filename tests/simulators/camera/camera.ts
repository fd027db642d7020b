import { Authenticator, type AuthScheme, type AuthVerdict, type Credentials } from './authenticator.ts';
import type { Discoverable } from './discovery.ts';
import { concerns, type Fault, type FaultKind, FaultSwitchboard } from './faults.ts';
import { type CameraIdentity, scopesOf } from './identity.ts';
import type { Listener } from './listener.ts';
import { CLOCK_RATE, type Clip, readSnapshot } from './media/clip.ts';
import type { Pacer } from './media/pacer.ts';
import type { StampBuffer } from './media/rtp-template.ts';
import { deviceUrl } from './onvif/device-service.ts';
import type { OnvifHost, OnvifProfile } from './onvif/host.ts';
import { onvifListener } from './onvif/server.ts';
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
}

/** One camera: an identity, an RTSP port, an ONVIF port and a switchboard of faults. */
export class SimulatedCamera implements Discoverable {
  readonly identity: CameraIdentity;
  readonly faults: FaultSwitchboard;
  readonly #options: SimulatedCameraOptions;
  readonly #authenticator: Authenticator;
  readonly #startedMs: number;
  readonly #mounts: readonly RtspMount[];
  readonly #rtsp: Listener;
  readonly #onvif: Listener;
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
    this.#onvif = onvifListener(this.#onvifHost(), options.host, options.onvifPort);
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

  /** Address of the ONVIF device service. */
  get onvifUrl(): string {
    return deviceUrl({ httpUrl: () => this.#httpUrl() });
  }

  xAddr(): string {
    return this.onvifUrl;
  }

  /** Opens the ports, except those that a fault keeps shut. @throws Error when a port is taken. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.#applyPorts();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all([this.#rtsp.close(), this.#onvif.close()]);
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
  }

  async #applyPorts(): Promise<void> {
    if (!this.#isRunning) return;
    const shut = this.faults.effects.closesPort;
    await Promise.all([
      concerns(shut, 'rtsp') ? this.#rtsp.close() : this.#rtsp.open(),
      concerns(shut, 'onvif') ? this.#onvif.close() : this.#onvif.open(),
    ]);
  }

  #rtspHost(): RtspHost {
    const { pacer, stampBuffer, sessionTimeoutS, random } = this.#options;
    return {
      name: this.identity.name,
      faults: this.faults,
      authenticator: this.#authenticator,
      pacer,
      stampBuffer,
      sessionTimeoutS,
      random,
      wallMs: () => this.#wallMs(),
      mountAt: (url) => this.#mountAt(url),
      authorise: (method, uri, header) => this.#authorise(method, uri, header),
    };
  }

  #onvifHost(): OnvifHost {
    const profile = (token: string, name: string, mount: RtspMount | undefined): OnvifProfile[] =>
      mount === undefined
        ? []
        : [{ token, name, clip: mount.clip, rtspUrl: () => this.#rtspUrl(mount.path) }];
    return {
      identity: this.identity,
      faults: this.faults,
      authenticator: this.#authenticator,
      profiles: [...profile('main', '主码流', this.#mounts[0]), ...profile('sub', '子码流', this.#mounts[1])],
      wallMs: () => this.#wallMs(),
      credentials: () => this.#credentials(),
      httpUrl: () => this.#httpUrl(),
      snapshot: () => {
        this.#snapshot ??= readSnapshot(this.#options.main.path);
        return this.#snapshot;
      },
    };
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
    return this.#options.wallMs() + (this.faults.effects.clockOffsetMs ?? 0);
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

  #httpUrl(): string {
    return `http://${this.#options.host}:${this.#onvif.port}`;
  }
}
