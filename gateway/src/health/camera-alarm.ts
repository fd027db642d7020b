import type { CameraFault, StreamState } from '@pingan/models/contract';

export type CameraAlarmOptions = {
  /** Down for so long without a break before the alarm is raised, seconds. */
  offlineSeconds: number;
  /** Streaming for so long without a break before it is cleared, seconds. */
  stableSeconds: number;
};

export type CameraAlarmOutcome = {
  kind: 'raised' | 'cleared';
  type: 'camera-offline';
  /** The fault as it was last known. */
  fault: CameraFault;
  message: string;
  /** For how long the camera has been down, seconds; for `cleared` until it streamed again. */
  downSeconds: number;
};

export type CameraAlarm = {
  /**
   * Takes the stream's state at a monotonic time (ms). Call it at every change and about once a second besides.
   * @returns what happened, null for nothing
   */
  observe(state: StreamState, nowMs: number): CameraAlarmOutcome | null;
};

type Failure = { fault: CameraFault; message: string };

/**
 * 'camera-offline' for one camera:
 *
 *     up ──failed──▶ down ──offlineSeconds──▶ offline (raised) ──streaming for stableSeconds, or stopped──▶ up (cleared)
 *                    down ──streaming or stopped──▶ up (nothing said: a flap makes no alarm)
 *
 * A retry (`connecting`) does not interrupt the time down; a camera that never failed is not down.
 */
export function createCameraAlarm(options: Partial<CameraAlarmOptions> = {}): CameraAlarm {
  const { offlineSeconds, stableSeconds } = { offlineSeconds: 10, stableSeconds: 3, ...options };
  let failure: Failure | null = null;
  let downSinceMs: number | null = null;
  let streamingSinceMs: number | null = null;
  let raised = false;

  const outcome = (kind: CameraAlarmOutcome['kind'], untilMs: number): CameraAlarmOutcome | null =>
    failure && {
      kind,
      type: 'camera-offline',
      ...failure,
      downSeconds: Math.max(0, untilMs - (downSinceMs ?? untilMs)) / 1000,
    };

  const comeUp = (untilMs: number): CameraAlarmOutcome | null => {
    const cleared = raised ? outcome('cleared', untilMs) : null;
    raised = false;
    failure = null;
    downSinceMs = null;
    return cleared;
  };

  const observeDown = (state: StreamState, nowMs: number): CameraAlarmOutcome | null => {
    streamingSinceMs = null;
    if (state.kind === 'failed') {
      failure = { fault: state.fault, message: state.message.slice(0, 256) };
      downSinceMs ??= nowMs;
    }
    if (raised || downSinceMs === null || nowMs - downSinceMs < offlineSeconds * 1000) return null;
    raised = true;
    return outcome('raised', nowMs);
  };

  return {
    observe(state, nowMs) {
      if (state.kind === 'stopped') return comeUp(nowMs);
      if (state.kind !== 'streaming') return observeDown(state, nowMs);
      streamingSinceMs ??= nowMs;
      if (raised && nowMs - streamingSinceMs < stableSeconds * 1000) return null;
      return comeUp(streamingSinceMs);
    },
  };
}
