import type { Clock } from '../base/clock.ts';
import type { DeviceProbe } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { plainEndpoint } from './identity.ts';
import { CLOCK_TOLERANCE_MS, firstContact } from './ladder.ts';

/** A camera at work is asked for its clock and its identity so often, without a password. */
export const RECHECK_MS = 300_000;

export type RecheckTools = { probe: DeviceProbe; clock: Clock; isStreaming(cameraId: string): boolean };

/**
 * A camera at work: its clock and identity, without a password.
 * @returns what changes in its record, or null when it must be asked from the beginning
 */
export async function recheck(
  record: DeviceRecord,
  { probe, clock, isStreaming }: RecheckTools,
): Promise<Partial<DeviceRecord> | null> {
  const { state } = record.standing;
  const { contact } = await firstContact(probe, record.url);
  const nowMs = clock.now();
  const standing = { ...record.standing, checkedAtMs: nowMs, retryAtMs: nowMs + RECHECK_MS };
  // A device service that is down is no reason to touch a stream that runs.
  if (contact === null)
    return record.channels.some(({ cameraId }) => isStreaming(cameraId)) ? { standing } : null;
  const { endpoint, clockOffsetMs } = contact;
  const isOff = Math.abs(clockOffsetMs ?? 0) > CLOCK_TOLERANCE_MS;
  const isSame =
    endpoint === null ||
    record.endpoint === null ||
    plainEndpoint(endpoint) === plainEndpoint(record.endpoint);
  const isSteady = state === (isOff ? 'clock-wrong' : 'ready');
  return isSteady && isSame ? { standing, clockOffsetMs, lastSeenAtMs: nowMs } : null;
}
