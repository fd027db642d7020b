/**
 * The port between those who keep the cameras (cameras/) and those who show and change them (console/, commands/).
 * Secrets go in and never come out. Times are milliseconds since the epoch by this gateway's clock.
 */
import type { LadderCause, LadderState, ViewDirection } from '@pingan/models/contract';
import type { Login, MediaProfile } from './pipeline-devices.ts';

/** Where a device stands on the ladder; texts and next step of the cause are `LADDER_CAUSES` of the contract. */
export type Standing = {
  state: LadderState;
  cause: LadderCause;
  /** What the device or the network said, in English, for whom wants to know more; at most 256 characters, no secret. */
  detail: string;
  sinceMs: number;
  /** Last contact that led to an answer or a failure; null before the first. */
  checkedAtMs: number | null;
  /** When it is asked again by itself; null when only a person can help. */
  retryAtMs: number | null;
};

/** An identity or address that differs from the remembered one and waits for a person. */
export type StrangeIdentity = {
  endpoint: string | null;
  serial: string | null;
  mac: string | null;
  /** Device service URL. */
  deviceUrl: string;
  seenAtMs: number;
};

/** One camera: a device, or one lens or NVR channel of it. */
export type RosterDevice = {
  readonly id: string;
  /** Id of the device it belongs to; the same as `id` for an ordinary camera and for the first channel. */
  readonly deviceId: string;
  /** Number of the channel from 1; null for a device with one lens. */
  readonly channel: number | null;
  /** 20 digits, GB/T 28181 Annex D. */
  readonly code: string;
  /** `configured` ones come from the configuration file and are changed there. */
  readonly origin: 'discovered' | 'manual' | 'configured';
  readonly protocol: 'onvif' | 'rtsp' | 'file';
  readonly endpoint: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  /** Host and port. */
  readonly address: string;
  /** ONVIF device service; null for others. */
  readonly deviceUrl: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly hardware: string | null;
  readonly name: string;
  readonly place: string;
  readonly direction: ViewDirection | null;
  readonly standing: Standing;
  /** Its stream is read: it may be so with a wrong clock too. */
  readonly atWork: boolean;
  /** Device clock minus ours at the last contact, ms. */
  readonly clockOffsetMs: number | null;
  readonly profiles: readonly MediaProfile[];
  /** Which set let us in; never the password. */
  readonly login: { from: 'configured' | 'site' | 'maker' | 'device'; username: string } | null;
  /** A person has accepted this identity at this address: saved passwords of the vault and, if need be, Basic may be used. */
  readonly accepted: boolean;
  readonly strange: StrangeIdentity | null;
  readonly lastSeenAtMs: number;
};

/** Whom a login is for. Sets are tried device first, then maker, then site, then those of the configuration file. */
export type CredentialGroup =
  | { kind: 'site' }
  | { kind: 'maker'; maker: string }
  | { kind: 'devices'; ids: readonly string[] };

export type CredentialSetSummary = {
  id: string;
  group: { kind: 'site' } | { kind: 'maker'; maker: string } | { kind: 'device'; id: string };
  username: string;
  setAtMs: number;
};

export type RosterScanState =
  | { kind: 'idle'; finishedAtMs: number | null; found: number; error: string | null }
  /** `asked` of `total` addresses; total is null while only multicast is used. */
  | { kind: 'running'; startedAtMs: number; asked: number; total: number | null; found: number };

export type RosterScanRequest = {
  /** IPv4 networks to ask one address after the other, CIDR; none = multicast only. */
  networks?: readonly string[];
};

export type ManualCamera = {
  /** IPv4 address, `address:port`, `http://…` device service URL, or `rtsp://…` without user name and password. */
  address: string;
  name?: string;
  login?: Login;
};

/** What people say of a camera. */
export type CameraNotes = { name?: string; place?: string; direction?: ViewDirection | null };

export type CameraPicture = { jpeg: Uint8Array; width: number; height: number; capturedAtMs: number };

/** A test alarm went the whole way: `receipted` says whether the centre confirmed it in time. */
export type TestAlarm = { eventId: string; receipted: boolean };

/**
 * Every camera this gateway knows, and all that a person can do with them. Kept on disk: `add`, notes, consent and removal outlive restarts.
 * Methods reject (or throw) with a `RosterError`.
 */
export type CameraRoster = {
  devices(): readonly RosterDevice[];
  find(id: string): RosterDevice | undefined;
  /** Calls `listener` after any change until the returned function is called. */
  onChange(listener: () => void): () => void;

  readonly scanState: RosterScanState;
  /** Begins to look for devices; one scan at a time. */
  scan(request: RosterScanRequest): void;
  cancelScan(): Promise<void>;

  credentialSets(): readonly CredentialSetSummary[];
  /** Stores a login, accepts the devices of the group as they are now, and asks them again within their budget. */
  setCredentials(group: CredentialGroup, login: Login): void;
  removeCredentials(setId: string): void;

  /** Adds a camera by address and asks it. Resolves with the device as it stands after the first answer. */
  addManual(camera: ManualCamera, signal?: AbortSignal): Promise<RosterDevice>;
  /** Forgets a camera and its login; discovery does not bring it back until it is added again. */
  remove(id: string): Promise<void>;
  describe(id: string, notes: CameraNotes): void;
  /** A person confirms identity and address as they are seen now: saved passwords may be used there. */
  acceptIdentity(id: string): void;
  /** Asks a device again now, as far as its login budget allows. Resolves with how it stands then. */
  tryAgain(id: string, signal?: AbortSignal): Promise<RosterDevice>;
  /** Sets the device's clock to ours and measures it again. */
  setClock(id: string, signal?: AbortSignal): Promise<RosterDevice>;

  /** A fresh picture of the running stream as JPEG. */
  picture(id: string, signal?: AbortSignal): Promise<CameraPicture>;
  /** Raises and clears an alarm of the type `test-alarm` on this camera and waits some seconds for the centre's receipt. */
  testAlarm(id: string, signal?: AbortSignal): Promise<TestAlarm>;
};

/** Why the roster refused. The kind decides the HTTP status and exit code; the message names the field and the remedy. */
export class RosterError extends Error {
  readonly kind: 'not-found' | 'invalid' | 'refused' | 'busy' | 'full' | 'failed';
  constructor(kind: RosterError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RosterError';
    this.kind = kind;
  }
}
