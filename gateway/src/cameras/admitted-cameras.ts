import type { Camera, CameraSource, Login, MediaProfile } from '../pipeline.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { DeviceRecord } from './device-record.ts';
import { codeKeyOf } from './device-record-changes.ts';
import { cameraIdOf } from './identity.ts';
import type { Climb } from './ladder.ts';

const orNull = (text: string | undefined | null, before: string | null) =>
  text === undefined || text === null || text === '' ? before : text.slice(0, 256);

const kept = ({ token, name, codec, width, height }: MediaProfile): DeviceRecord['profiles'][number] => ({
  token: token.slice(0, 256),
  name: name.slice(0, 256),
  codec,
  width: Math.max(0, Math.round(width) || 0),
  height: Math.max(0, Math.round(height) || 0),
});

/** A record with what a climb told. A lens keeps the id and code it was first given; new ones get theirs. */
export function withClimb(record: DeviceRecord, climb: Climb, codes: DeviceCodes): DeviceRecord {
  const { facts, contact } = climb;
  if (!facts) return record;
  const channels = climb.streams.slice(0, 256).map(({ sourceToken }, index) => {
    const known = record.channels.find((channel) => channel.sourceToken === sourceToken);
    const first = index === 0 ? record.channels[0] : undefined;
    if (known) return known;
    // The first lens is the device itself, so that a camera keeps its id when it begins to name its lens.
    if (first && (first.sourceToken === null || climb.streams.length === 1)) return { ...first, sourceToken };
    const key = `${codeKeyOf(record)}#${sourceToken ?? index}`;
    return { cameraId: cameraIdOf(key), code: codes.assign('networkCamera', key), sourceToken };
  });
  return {
    ...record,
    endpoint: record.endpoint ?? facts.endpoint ?? contact?.endpoint ?? null,
    serial: orNull(facts.serial, record.serial),
    mac: orNull(facts.mac, record.mac),
    manufacturer: orNull(facts.manufacturer, record.manufacturer),
    model: orNull(facts.model, record.model),
    firmware: orNull(facts.firmware, record.firmware),
    clockOffsetMs: facts.clockOffsetMs ?? record.clockOffsetMs,
    profiles: facts.profiles.slice(0, 256).map(kept),
    channels: channels.length > 0 ? channels : record.channels,
  };
}

/** The cameras of an admitted device: one for each lens, with its streams and the login that fitted. */
export function camerasOf(record: DeviceRecord, climb: Climb, login: Login | null): Camera[] {
  const source = (url: string): CameraSource => ({ kind: 'rtsp', url, transport: 'tcp', ...(login ?? {}) });
  return climb.streams.slice(0, record.channels.length).flatMap(({ mainUrl, subUrl }, index) => {
    const channel = record.channels[index];
    if (!channel) return [];
    const name = index === 0 ? record.advertisedName : `${record.advertisedName} ${index + 1}`;
    const camera = {
      id: channel.cameraId,
      code: channel.code,
      name: name.slice(0, 256),
      source: source(mainUrl),
    };
    return [subUrl === null ? camera : { ...camera, sub: source(subUrl) }];
  });
}
