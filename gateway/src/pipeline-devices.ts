/**
 * The types between a device protocol (onvif/) and those who use it: who a camera is, what it offers, what can be asked of it.
 * Device URLs are always ones the address policy allowed; whatever host a device names in its answers is replaced by that one.
 */
import type { Codec } from '@pingan/models/contract';

/** A device that answered a probe of ours. Addresses are device service URLs, the likeliest first. */
export type DiscoveredDevice = {
  /**
   * Endpoint reference, normally `urn:uuid:…`: the identity that survives a change of address.
   * `address:<host>:<port>` when the device tells none (found by scan or by hand).
   */
  endpoint: string;
  /** Empty when only an RTSP port answers: then `rtspUrl` is set. */
  addresses: readonly string[];
  name: string | null;
  hardware: string | null;
  /** How it was found; absent means `multicast`. */
  foundBy?: 'multicast' | 'unicast' | 'manual';
  /** IPv4 address the answer came from. */
  sender?: string;
  /** `rtsp://host:port/` of an open RTSP port, without path and login. */
  rtspUrl?: string;
};

/** `allowBasic`: the password may be sent as good as in the clear (HTTP Basic); never set it for an address nobody confirmed. */
export type Login = { username: string; password: string; allowBasic?: boolean };

export type MediaProfile = {
  token: string;
  name: string;
  /** `other` (JPEG, MPEG-4) cannot be used. */
  codec: Codec | 'other';
  width: number;
  height: number;
  /** The lens it shows: an NVR has one per channel. Absent when the device tells none. */
  sourceToken?: string;
  /** Token of the encoder configuration, for `DeviceEncoders`. */
  encoderToken?: string;
  fps?: number;
  bitrateKbps?: number;
  /** Pictures from one keyframe to the next. */
  gopLength?: number;
};

/** One lens or NVR channel: each is a camera of its own. */
export type VideoChannel = { sourceToken: string; profiles: readonly MediaProfile[] };

/** What a device says before any password is sent. */
export type DeviceContact = {
  /** Of GetEndpointReference; null when the device does not tell it without a login. Compare it before a password is sent. */
  endpoint: string | null;
  /** Device clock minus ours, ms; null when neither ONVIF nor the HTTP Date header tells. */
  clockOffsetMs: number | null;
};

/** What a camera says of itself once it lets us in. */
export type DeviceFacts = {
  manufacturer: string;
  model: string;
  serial: string;
  mac: string | null;
  /** Device clock minus ours, ms; null when it tells none. */
  clockOffsetMs: number | null;
  profiles: readonly MediaProfile[];
  firmware?: string;
  endpoint?: string | null;
  /** Profiles by lens, in the device's order; one entry for an ordinary camera. */
  channels?: readonly VideoChannel[];
  offers?: { media2: boolean; ptz: boolean; events: boolean; imaging: boolean };
};

/** A device protocol: asks a camera who it is and where its stream is. All reject with a `StreamFaultError`. */
export type DeviceProbe = {
  /** Whether an ONVIF device answers there at all; sends no password. */
  contact(deviceUrl: string): Promise<DeviceContact>;
  /** A refused login costs the device's lock-out counter one try, or two when its clock had jumped in between. */
  facts(deviceUrl: string, login: Login | null): Promise<DeviceFacts>;
  /** RTSP URL of a profile, its host replaced by the device's registered one. */
  streamUrl(deviceUrl: string, login: Login | null, profileToken: string): Promise<string>;
};

/** Still pictures made by the device itself. */
export type DeviceSnapshots = {
  /** HTTP URL at the device's registered host; null when it offers none (or one that is no HTTP). */
  snapshotUrl(deviceUrl: string, login: Login | null, profileToken: string): Promise<string | null>;
  /** A JPEG of at most 4 MB; null when the device offers no snapshot. */
  snapshot(deviceUrl: string, login: Login | null, profileToken: string): Promise<Uint8Array | null>;
};

/** A person's wish alone sets a device's clock. */
export type DeviceClocks = {
  /** Sets the device's clock to ours (UTC, manual). Resolves with the offset measured afterwards. */
  setClock(deviceUrl: string, login: Login | null): Promise<{ clockOffsetMs: number | null }>;
  /** Lets the device follow an NTP server, given as IPv4 address or host name. */
  setNtp(deviceUrl: string, login: Login | null, server: string): Promise<void>;
};

export type ScanProgress = { asked: number; total: number; found: number };
export type ScanRequest = {
  /** IPv4 networks, CIDR; 4,096 addresses in all. */
  networks: readonly string[];
  signal: AbortSignal;
  onDevice(device: DiscoveredDevice): void;
  onProgress?(progress: ScanProgress): void;
};
/** Finds devices where multicast does not reach. Sends no password. */
export type DeviceScanner = {
  /** Resolves early with what was done when `signal` aborts. Throws a RangeError naming the network that is out of form or too large. */
  scan(request: ScanRequest): Promise<ScanProgress>;
  /** One address by hand: an IPv4 address, `host:port`, a device service URL or an RTSP URL. Null when nothing answers there. */
  look(address: string): Promise<DiscoveredDevice | null>;
};

/** Encoder settings of one profile. */
export type EncoderSettings = {
  codec: Codec | 'other';
  width: number;
  height: number;
  fps: number;
  bitrateKbps: number;
  gopLength: number;
};
/** What would change and how to take it back; plain data, so that it can be kept. */
export type EncoderChange = {
  profileToken: string;
  encoderToken: string;
  service: 'media' | 'media2';
  before: EncoderSettings;
  after: EncoderSettings;
};
/** "Set encoder to recommended values": look first, change on a person's word, take back. */
export type DeviceEncoders = {
  /** Null when the profile already has recommended values or the device offers no choice that helps. */
  preview(deviceUrl: string, login: Login | null, profileToken: string): Promise<EncoderChange | null>;
  apply(deviceUrl: string, login: Login | null, change: EncoderChange): Promise<EncoderSettings>;
  undo(deviceUrl: string, login: Login | null, change: EncoderChange): Promise<EncoderSettings>;
};

/** Picture settings of one lens, in the device's own ranges (most 0..100); null where it tells none. */
export type ImagingSettings = {
  brightness: number | null;
  contrast: number | null;
  saturation: number | null;
  /** The infrared cut filter: in the way by day (`on`), away by night (`off`), or as the camera sees fit. */
  irCut: 'on' | 'off' | 'auto' | null;
};
/** Reads and, on a person's word, sets the picture of one lens. */
export type DeviceImaging = {
  read(deviceUrl: string, login: Login | null, sourceToken: string): Promise<ImagingSettings>;
  /** Sets what is given and leaves the rest; resolves with what the device says afterwards. */
  set(
    deviceUrl: string,
    login: Login | null,
    wish: { sourceToken: string; change: Partial<ImagingSettings> },
  ): Promise<ImagingSettings>;
};

/** Speeds −1..1: pan right, tilt up, zoom in are positive. */
export type PtzSpeed = { pan: number; tilt: number; zoom: number };
export type PtzPreset = { token: string; name: string };
/** Moves one camera. An operator who goes silent stops it: `move` must be repeated within the dead-man time. */
export type DevicePtz = {
  move(speed: PtzSpeed): Promise<void>;
  stop(): Promise<void>;
  presets(): Promise<PtzPreset[]>;
  goTo(presetToken: string): Promise<void>;
  /** Remembers where the camera looks; resolves with the preset's token. */
  savePreset(name: string): Promise<string>;
  /** Stops what moves and forgets the dead-man timer. */
  close(): Promise<void>;
};

/** What a camera reports by itself. */
export type DeviceNotification = {
  kind: 'motion' | 'tamper' | 'digital-input';
  /** True when it begins, false when it is over. */
  active: boolean;
  /** Source token of the notification: lens, rule or input; '' when the device names none. */
  source: string;
  /** Device's time corrected by its clock offset; ours when it tells none. */
  atMs: number;
};
