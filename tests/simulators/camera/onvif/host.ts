import type { Authenticator, Credentials } from '../authenticator.ts';
import type { FaultSwitchboard } from '../faults.ts';
import type { CameraIdentity } from '../identity.ts';
import type { Clip } from '../media/clip.ts';

/** One media profile and where it plays. */
export interface OnvifProfile {
  readonly token: string;
  readonly name: string;
  readonly clip: Clip;
  rtspUrl(): string;
}

/** What the ONVIF side needs to know of its camera. */
export interface OnvifHost {
  readonly identity: CameraIdentity;
  readonly faults: FaultSwitchboard;
  readonly authenticator: Authenticator;
  readonly profiles: readonly OnvifProfile[];
  /** The camera's wall clock, Unix milliseconds. */
  readonly wallMs: () => number;
  credentials(): Credentials;
  /** Base address, e.g. `http://127.0.0.1:8080`. */
  httpUrl(): string;
  snapshot(): Promise<Buffer>;
}

/** One operation of a service: the response element, or a fault subcode. */
export type Operation = (
  host: OnvifHost,
  xml: string,
) => string | { readonly fault: string; readonly reason: string };

export interface OnvifService {
  readonly namespace: string;
  readonly path: string;
  readonly operations: ReadonlyMap<string, Operation>;
}
