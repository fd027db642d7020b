import { LADDER_CAUSES, type LadderCause } from '@pingan/models/contract';
import type { DiscoveredDevice } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { cameraIdOf, isProperEndpoint } from './identity.ts';

/** Code of a device that has not answered yet: codes are not wasted on what may be invented. */
export const UNPROVEN_CODE = '0'.repeat(20);

export type NewRecordOptions = {
  device: Pick<DiscoveredDevice, 'endpoint' | 'name' | 'hardware'>;
  url: string;
  nowMs: number;
  /** Added by a person, who thereby accepts who answers there. */
  byPerson?: boolean;
  protocol?: DeviceRecord['protocol'];
};

/** What a device's code is given for: its endpoint, or the address it was first found at. */
export function codeKeyOf({ endpoint, url }: Pick<DeviceRecord, 'endpoint' | 'url'>): string {
  return endpoint ?? `address:${new URL(url).host}`;
}

/** A device as it is first heard of. */
export function newRecord({
  device,
  url,
  nowMs,
  byPerson = false,
  protocol = 'onvif',
}: NewRecordOptions): DeviceRecord {
  const id = cameraIdOf(protocol === 'rtsp' ? url : device.endpoint);
  return {
    id,
    code: UNPROVEN_CODE,
    origin: byPerson ? 'manual' : 'discovered',
    protocol,
    endpoint: isProperEndpoint(device.endpoint) ? device.endpoint : null,
    serial: null,
    mac: null,
    url,
    accepted: byPerson ? { url, atMs: nowMs } : null,
    manufacturer: null,
    model: null,
    firmware: null,
    hardware: device.hardware?.slice(0, 256) ?? null,
    advertisedName: (device.name ?? device.hardware ?? new URL(url).hostname).slice(0, 256),
    clockOffsetMs: null,
    profiles: [],
    channels: [{ cameraId: id, code: UNPROVEN_CODE, sourceToken: null }],
    standing: {
      state: 'reachable',
      cause: 'asking',
      detail: '',
      sinceMs: nowMs,
      checkedAtMs: null,
      retryAtMs: null,
    },
    login: null,
    strange: null,
    personWaits: null,
    lastSeenAtMs: nowMs,
  };
}

export type StandingChange = { cause: LadderCause; detail: string; nowMs: number; retryAtMs: number | null };

/** The standing after a contact; `sinceMs` stays while the cause does. */
export function standingOf(
  { standing }: DeviceRecord,
  { cause, detail, nowMs, retryAtMs }: StandingChange,
): DeviceRecord['standing'] {
  return {
    state: LADDER_CAUSES[cause].state,
    cause,
    detail: detail.slice(0, 256),
    sinceMs: standing.cause === cause ? standing.sinceMs : nowMs,
    checkedAtMs: nowMs,
    retryAtMs,
  };
}
