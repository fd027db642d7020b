/** Time limits of one session, milliseconds. Each ends the session with the fault named beside it. */
export type RtspLimits = {
  /** TCP connection: `unreachable`. */
  connectMs: number;
  /** Request sent until its whole answer has arrived: `no-response`. */
  responseMs: number;
  /** No RTP packet: `no-packets`. With the time between two looks it makes a loss known within five seconds. */
  packetsMs: number;
  /** PLAY answered until the first keyframe, later from one to the next where they usually come faster: `no-keyframe`. */
  keyframeMs: number;
  /** Between RTCP receiver reports (RFC 3550 §6.2: five seconds). */
  reportMs: number;
};

export const DEFAULT_LIMITS: RtspLimits = {
  connectMs: 5_000,
  responseMs: 5_000,
  packetsMs: 4_000,
  keyframeMs: 10_000,
  reportMs: 5_000,
};

/** Sizes that a camera may not exceed; beyond them the session ends with `protocol`. */
export const MAX_HEAD_BYTES = 64 * 1024;
export const MAX_BODY_BYTES = 256 * 1024;
export const MAX_HEADERS = 100;
/** Beyond this a picture is discarded and counted as corrupt. */
export const MAX_UNIT_BYTES = 8 * 1024 * 1024;
export const MAX_UNIT_NALS = 4_096;
