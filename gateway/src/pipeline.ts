/**
 * The types between the hops: what one feature hands to the next. Features import these and never each other.
 * Times: `…AtMs` is wall time in milliseconds since the epoch by this gateway's clock, `monotonicMs` comes from `performance.now()`.
 */
import type { CameraFault, Codec, Detection, StreamState } from '@pingan/models/contract';

export type * from './pipeline-devices.ts';
export * from './pipeline-roster.ts';

/** Where a camera's pictures come from; everything but `file` is spoken over the network. */
export type CameraSource =
  | {
      kind: 'rtsp';
      url: string;
      username?: string;
      password?: string;
      transport: 'tcp' | 'udp';
      /** For rtsps; `verify` when absent. */
      certificate?: CertificatePolicy;
      /** `refuse` when absent. */
      redirects?: RedirectPolicy;
      /** False: the password only ever goes out as a digest; true when absent. */
      allowBasic?: boolean;
    }
  | { kind: 'file'; path: string };

/** Whom an rtsps camera must prove to be: by a trusted authority, by one certificate (SHA-256 of its DER, hexadecimal), or not at all. */
export type CertificatePolicy =
  | { kind: 'verify' }
  | { kind: 'pinned'; sha256: string }
  | { kind: 'insecure' };
/** Whether a camera may send us to another port or path of its own host; to another host it never may. */
export type RedirectPolicy = 'refuse' | 'same-host';

/** A camera as the roster knows it: identity first, address second. */
export type Camera = {
  /** Stable inside this gateway: derived from the endpoint UUID (or from the configured key of an RTSP or file camera). */
  id: string;
  /** 20 digits, GB/T 28181 Annex D. */
  code: string;
  name: string;
  /** The main stream. */
  source: CameraSource;
  /** A smaller H.264 stream of the same view: what is watched all the time when there is one. */
  sub?: CameraSource;
};

/** One coded picture: all NAL units (without start codes) that share one RTP timestamp, parameter sets included when sent. */
export type AccessUnit = {
  nals: readonly Uint8Array[];
  /** An IDR picture (H.264 type 5) or an IRAP picture (H.265 types 16..21). */
  key: boolean;
  /** RTP time in 90 kHz ticks, unwrapped: grows beyond 32 bits, never jumps back over the wrap. */
  rtpTime: number;
  /** When its first packet arrived. */
  capturedAtMs: number;
  monotonicMs: number;
  /** A packet of it was lost. */
  corrupt: boolean;
};

/** Parameter sets of the running stream; `vps` for H.265 only. */
export type ParameterSets = { codec: Codec; vps?: Uint8Array; sps: Uint8Array; pps: Uint8Array };

/** Counters since the session began; packet health is made of their differences. */
export type PacketFacts = {
  packets: number;
  bytes: number;
  lost: number;
  reordered: number;
  /** RFC 3550 §6.4.1, milliseconds. */
  jitterMs: number;
  accessUnits: number;
  keyUnits: number;
  corruptUnits: number;
  timestampJumps: number;
  /** Access units between the last two keyframes. */
  gopLength: number;
  /** Camera wall clock (RTCP sender report) minus ours, milliseconds; null before the first report. */
  clockOffsetMs: number | null;
  /** Time between the last two keyframes by the camera's clock, ms. */
  gopMs?: number;
  /** Frame rate as the camera announces it, per second. */
  announcedFps?: number;
};

export type FrameSessionEvents = {
  onParameterSets(sets: ParameterSets): void;
  onAccessUnit(unit: AccessUnit): void;
};

/** One running session with a source. `done` resolves when asked to stop and rejects with a `StreamFaultError` otherwise. */
export type FrameSession = {
  readonly facts: PacketFacts;
  readonly done: Promise<void>;
  stop(): Promise<void>;
};

/** A protocol: opens one session; retry and state live outside (streams/). Rejects with a `StreamFaultError`. */
export type FrameSource = {
  open(source: CameraSource, events: FrameSessionEvents, signal: AbortSignal): Promise<FrameSession>;
};

/** Why a session could not start or ended. The cause becomes the camera's state; `message` says what to do. */
export class StreamFaultError extends Error {
  readonly fault: CameraFault;
  constructor(fault: CameraFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StreamFaultError';
    this.fault = fault;
  }
}

/** Receives what a camera's one session brings; called synchronously, must not throw and must not block. */
export type StreamConsumer = {
  onParameterSets?(sets: ParameterSets): void;
  onAccessUnit?(unit: AccessUnit): void;
  onState?(state: StreamState): void;
};

/** A group of pictures from the last keyframe to now, for live start and snapshots. */
export type GopSnapshot = { sets: ParameterSets; units: readonly AccessUnit[] };

/** One camera's stream: one session, many consumers, kept across reconnects. */
export type CameraStream = {
  readonly camera: Camera;
  readonly state: StreamState;
  readonly facts: PacketFacts | null;
  subscribe(consumer: StreamConsumer): () => void;
  /** Everything since the last keyframe; null while none was seen. */
  gop(): GopSnapshot | null;
  start(): void;
  stop(): Promise<void>;
};

/** A decoded, scaled picture: planar I420, BT.601 limited range (Y `width*height`, then U and V `width/2*height/2` each). */
export type Picture = {
  cameraId: string;
  /** Pixels; both multiples of 32. */
  width: number;
  height: number;
  data: Uint8Array;
  capturedAtMs: number;
  monotonicMs: number;
};

/** Turns access units into sampled pictures in a process of its own. */
export type Decoder = {
  push(unit: AccessUnit, sets: ParameterSets): void;
  /** Holds from the next access unit on; back from keyframes alone it begins at the next keyframe. */
  setPace(pace: DecodePace): void;
  /** For how long the oldest picture that was asked for has not come out, ms; 0 when none is awaited. */
  readonly lagMs: number;
  readonly stats: DecoderStats;
  start(): void;
  stop(): Promise<void>;
};
/** How much of a stream is decoded: 0.1..30 pictures per second are taken at most, or the keyframes alone. */
export type DecodePace = { picturesPerSecond: number; keyframesOnly: boolean };
export type DecoderStats = { pictures: number; droppedUnits: number; restarts: number; failures: number };

/** A whole picture at source size, as JPEG's raw material: packed RGB24. */
export type StillPicture = { width: number; height: number; rgb: Uint8Array; capturedAtMs: number };
/** Decodes the newest picture of a GOP at full size, for evidence. Rejects when nothing decodes within its time limit. */
export type StillDecoder = { decode(gop: GopSnapshot, signal?: AbortSignal): Promise<StillPicture> };

/** Says whether something moves; still scenes cost no inference. */
export type MotionGate = { observe(picture: Picture): MotionVerdict };
export type MotionVerdict = {
  moving: boolean;
  /** Share of the picture's blocks that changed, 0..1. */
  changedShare: number;
};

export type DetectionResult = { picture: Picture; detections: Detection[]; inferenceMs: number };
export type DetectorStats = {
  submitted: number;
  inferred: number;
  dropped: number;
  restarts: number;
  failures: number;
  /** Workers that are lost and wait to be started again: the breaker is open as long as there are any. */
  workersDown: number;
};
/** Newest picture per camera, fair between cameras; resolves null when the picture was dropped for a newer one or a worker failed. */
export type Detector = {
  /** @param options.isUrgent a rule is armed on the camera: before those of cameras where none is */
  detect(picture: Picture, options?: { isUrgent?: boolean }): Promise<DetectionResult | null>;
  readonly stats: DetectorStats;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** A detection followed over time. Boxes are normalised to the picture, 0..1. */
export type Track = {
  id: number;
  label: string;
  /** Median of the recent looks' scores, 0..1. */
  confidence: number;
  box: Detection['box'];
  firstSeenMs: number;
  lastSeenMs: number;
  /** Foot point (middle of the lower edge), the point a zone is tested with. */
  foot: readonly [number, number];
  state: 'tentative' | 'confirmed' | 'lost';
};
export type Tracker = { update(detections: readonly Detection[], atMs: number): Track[] };
