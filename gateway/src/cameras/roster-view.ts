import { LADDER_CAUSES, type StreamState } from '@pingan/models/contract';
import type { Camera, CameraNotes, RosterDevice, Standing } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { causeOfFault } from './ladder.ts';

/** How a camera stands as far as its stream tells. */
export const standingFrom = (state: StreamState | undefined): Standing => {
  const since = state ? Date.parse(state.since) : 0;
  const cause =
    state?.kind === 'streaming' ? 'working' : state?.kind === 'failed' ? causeOfFault(state.fault) : 'asking';
  return {
    state: LADDER_CAUSES[cause].state,
    cause,
    detail: state?.kind === 'failed' ? state.message : '',
    sinceMs: since,
    checkedAtMs: state ? since : null,
    retryAtMs: state?.kind === 'failed' && state.retryAt !== null ? Date.parse(state.retryAt) : null,
  };
};

/** A stream that is refused or cut off tells more than the device service, which answers on. */
function overlaid(standing: Standing, state: StreamState | undefined): Standing {
  if (state?.kind !== 'failed' || LADDER_CAUSES[standing.cause].state !== 'ready') return standing;
  return standingFrom(state);
}

export type ViewOptions = {
  notes: ReadonlyMap<string, CameraNotes>;
  isAtWork(deviceId: string): boolean;
  streamState(cameraId: string): StreamState | undefined;
};

/** The cameras of a device as the roster shows them, one for each lens. */
export function viewsOf(record: DeviceRecord, { notes, isAtWork, streamState }: ViewOptions): RosterDevice[] {
  const { accepted, strange, standing, channels, url } = record;
  return channels.map(({ cameraId, code }, index) => {
    const { name, place = '', direction = null } = notes.get(cameraId) ?? {};
    const isMany = channels.length > 1;
    const state = streamState(cameraId);
    return {
      id: cameraId,
      deviceId: record.id,
      channel: isMany ? index + 1 : null,
      code,
      origin: record.origin,
      protocol: record.protocol,
      endpoint: record.endpoint,
      serial: record.serial,
      mac: record.mac,
      address: new URL(url).host,
      deviceUrl: record.protocol === 'onvif' ? url : null,
      manufacturer: record.manufacturer,
      model: record.model,
      firmware: record.firmware,
      hardware: record.hardware,
      name: name ?? (index === 0 ? record.advertisedName : `${record.advertisedName} ${index + 1}`),
      place,
      direction,
      standing: record.protocol === 'rtsp' && state ? standingFrom(state) : overlaid(standing, state),
      atWork: record.protocol === 'rtsp' || isAtWork(record.id),
      clockOffsetMs: record.clockOffsetMs,
      profiles: record.profiles,
      login: record.login && { from: record.login.from, username: record.login.username },
      accepted: accepted?.url === url,
      strange: strange && {
        endpoint: strange.endpoint,
        serial: strange.serial,
        mac: strange.mac,
        deviceUrl: strange.deviceUrl,
        seenAtMs: strange.seenAtMs,
      },
      lastSeenAtMs: record.lastSeenAtMs,
    };
  });
}

/** A camera of the configuration file as the roster shows it. */
export function configuredView(camera: Camera, { notes, streamState }: ViewOptions): RosterDevice {
  const { place = '', direction = null } = notes.get(camera.id) ?? {};
  const { source } = camera;
  const state = streamState(camera.id);
  const standing = standingFrom(state);
  const username = source.kind === 'rtsp' ? source.username : undefined;
  return {
    id: camera.id,
    deviceId: camera.id,
    channel: null,
    code: camera.code,
    origin: 'configured',
    protocol: source.kind,
    endpoint: null,
    serial: null,
    mac: null,
    address: source.kind === 'rtsp' ? new URL(source.url).host : (source.path.split('/').at(-1) ?? ''),
    deviceUrl: null,
    manufacturer: null,
    model: null,
    firmware: null,
    hardware: null,
    name: camera.name,
    place,
    direction,
    standing,
    atWork: true,
    clockOffsetMs: null,
    profiles: [],
    login: username === undefined ? null : { from: 'configured', username },
    accepted: true,
    strange: null,
    lastSeenAtMs: standing.sinceMs,
  };
}
