import { fileURLToPath } from 'node:url';
import type { AuthScheme, Credentials } from './authenticator.ts';
import { SimulatedCamera } from './camera.ts';
import { ControlApi } from './control-api.ts';
import { DiscoveryResponder } from './discovery.ts';
import type { Fault } from './faults.ts';
import { makeIdentity } from './identity.ts';
import { type Clip, loadClip } from './media/clip.ts';
import { Pacer } from './media/pacer.ts';
import { StampBuffer } from './media/rtp-template.ts';
import type { QuirkBehaviour } from './onvif/quirk.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/media/${name}`, import.meta.url));

/** Clips of tests/fixtures/media. */
export const clips = {
  street: fixture('street.mp4'),
  streetSub: fixture('street-sub.mp4'),
  streetH265: fixture('street-h265.mp4'),
  streetBFrames: fixture('street-bframes.mp4'),
};

/** What one camera has of its own; everything else comes from the simulator's options. */
export interface CameraSpec {
  readonly name?: string;
  readonly uuid?: string;
  readonly clip?: string;
  readonly subClip?: string;
  readonly credentials?: Credentials;
  readonly auth?: readonly AuthScheme[];
  readonly offsetS?: number;
  readonly faults?: readonly Fault[];
  /** How it strays from ONVIF, see `onvif/quirks.ts`. */
  readonly quirk?: QuirkBehaviour;
  /** Lenses or recorder channels, 1 by default. */
  readonly channels?: number;
}

export interface SimulatorOptions {
  /** How many, or one entry each. 1 by default. */
  readonly cameras?: number | readonly CameraSpec[];
  /** Faults of every camera from the start. */
  readonly faults?: readonly Fault[];
  /** Path of the main stream's clip, `clips.street` by default; the sub-stream is then `clips.streetSub`. */
  readonly clip?: string;
  readonly subClip?: string;
  readonly credentials?: Credentials;
  /** `['digest']` by default. */
  readonly auth?: readonly AuthScheme[];
  /** Address everything listens on, 127.0.0.1 by default. */
  readonly host?: string;
  /** UDP port of WS-Discovery (the standard's is 3702, 0 = any free one); no discovery when absent. */
  readonly discoveryPort?: number;
  /** TCP port of the control API (0 = any free one); no control API when absent. */
  readonly controlPort?: number;
  /** Camera n has ONVIF at basePort + 2n and RTSP at basePort + 2n + 1; any free ports when absent. */
  readonly basePort?: number;
  /** Other seeds give other identities. */
  readonly seed?: string;
  readonly sessionTimeoutS?: number;
  readonly nonceLifetimeS?: number;
  readonly wallMs?: () => number;
  readonly random?: () => number;
}

export interface Simulator {
  readonly cameras: readonly SimulatedCamera[];
  readonly credentials: Credentials;
  readonly discoveryPort: number | undefined;
  readonly controlUrl: string | undefined;
  /** Ends everything; may be called twice. */
  stop(): Promise<void>;
}

const MAX_CAMERAS = 500;
/** For tests. Awkward on purpose: every character that URLs and headers must escape. */
const defaultCredentials: Credentials = { username: 'operator', password: 'Canary-7f3a%21@:' };

/**
 * Starts cameras that play a clip in a loop.
 * @throws Error naming the option and the remedy when a clip cannot be read or a port is taken; nothing stays open then.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const cameras = await makeCameras(options);
  const host = options.host ?? '127.0.0.1';
  const discovery =
    options.discoveryPort === undefined
      ? undefined
      : new DiscoveryResponder({ host, port: options.discoveryPort, targets: cameras });
  const control =
    options.controlPort === undefined ? undefined : new ControlApi(cameras, host, options.controlPort);
  const stop = async () => {
    await discovery?.stop();
    await Promise.all([control?.stop(), ...cameras.map((camera) => camera.stop())]);
  };
  try {
    for (const camera of cameras) await camera.start();
    await control?.start();
    await discovery?.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    cameras,
    credentials: options.credentials ?? defaultCredentials,
    discoveryPort: discovery?.port,
    controlUrl: control?.url,
    stop,
  };
}

async function makeCameras(options: SimulatorOptions): Promise<SimulatedCamera[]> {
  const wanted = options.cameras ?? 1;
  const specs = typeof wanted === 'number' ? Array.from({ length: wanted }, (): CameraSpec => ({})) : wanted;
  if (specs.length < 1 || specs.length > MAX_CAMERAS) {
    throw new RangeError(`cameras must be 1 to ${MAX_CAMERAS}; got ${specs.length}`);
  }
  const shared = { pacer: new Pacer(), stampBuffer: new StampBuffer() };
  return Promise.all(
    specs.map((spec, index) => makeCamera({ spec, index, count: specs.length, shared }, options)),
  );
}

/** Clips of this process by path: packetised once, however many simulators play them. */
const loaded = new Map<string, Promise<Clip>>();

function loadShared(path: string): Promise<Clip> {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const clip = loadClip(path);
  loaded.set(path, clip);
  clip.catch(() => loaded.delete(path));
  return clip;
}

interface Place {
  readonly spec: CameraSpec;
  readonly index: number;
  readonly count: number;
  readonly shared: { readonly pacer: Pacer; readonly stampBuffer: StampBuffer };
}

async function makeCamera(place: Place, options: SimulatorOptions): Promise<SimulatedCamera> {
  const { spec, index } = place;
  const mainPath = spec.clip ?? options.clip ?? clips.street;
  const subPath = spec.subClip ?? options.subClip ?? (mainPath === clips.street ? clips.streetSub : mainPath);
  const main = await loadShared(mainPath);
  const identity = makeIdentity(options.seed ?? 'demo', index);
  const camera = new SimulatedCamera({
    identity: { ...identity, name: spec.name ?? identity.name, uuid: spec.uuid ?? identity.uuid },
    main,
    sub: await loadShared(subPath),
    credentials: spec.credentials ?? options.credentials ?? defaultCredentials,
    auth: spec.auth ?? options.auth ?? ['digest'],
    host: options.host ?? '127.0.0.1',
    onvifPort: options.basePort === undefined ? 0 : options.basePort + 2 * index,
    rtspPort: options.basePort === undefined ? 0 : options.basePort + 2 * index + 1,
    offsetS: spec.offsetS ?? (main.durationTicks / 90_000) * (index / place.count),
    sessionTimeoutS: options.sessionTimeoutS ?? 60,
    nonceLifetimeS: options.nonceLifetimeS ?? 300,
    ...place.shared,
    wallMs: options.wallMs ?? Date.now,
    random: options.random ?? Math.random,
    ...(spec.quirk === undefined ? {} : { quirk: spec.quirk }),
    ...(spec.channels === undefined ? {} : { channels: spec.channels }),
  });
  for (const fault of [...(options.faults ?? []), ...(spec.faults ?? [])]) camera.faults.set(fault);
  return camera;
}
