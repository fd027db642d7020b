import type { Authenticator, Credentials } from '../authenticator.ts';
import type { FaultSwitchboard } from '../faults.ts';
import type { CameraIdentity } from '../identity.ts';
import type { Clip } from '../media/clip.ts';
import type { QuirkBehaviour } from './quirk.ts';
import type { OnvifState } from './state.ts';

/** One media profile and where it plays. */
export interface OnvifProfile {
  readonly token: string;
  readonly name: string;
  readonly clip: Clip;
  /** The lens it shows. */
  readonly sourceToken: string;
  rtspUrl(): string;
}

/** What the ONVIF side needs to know of its camera. */
export interface OnvifHost {
  readonly identity: CameraIdentity;
  readonly faults: FaultSwitchboard;
  readonly authenticator: Authenticator;
  readonly profiles: readonly OnvifProfile[];
  /** How it strays from the standard. */
  readonly quirk: QuirkBehaviour;
  readonly state: OnvifState;
  /** The camera's wall clock, Unix milliseconds. */
  readonly wallMs: () => number;
  credentials(): Credentials;
  /** Base address of a service, e.g. `http://127.0.0.1:8080`; all have the same unless a quirk says otherwise. */
  httpUrl(service?: 'device' | 'media' | 'events' | 'ptz'): string;
  snapshot(): Promise<Buffer>;
}

/** Path and query of the request. */
export interface RequestFacts {
  readonly url: string;
}

type OperationResult = string | { readonly fault: string; readonly reason: string };

/** One operation of a service: the response element, or a fault subcode. */
export type Operation = (
  host: OnvifHost,
  xml: string,
  request: RequestFacts,
) => OperationResult | Promise<OperationResult>;

export interface OnvifService {
  readonly namespace: string;
  readonly path: string;
  readonly operations: ReadonlyMap<string, Operation>;
}
