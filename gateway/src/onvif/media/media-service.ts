import { type MediaProfile, StreamFaultError } from '../../pipeline.ts';
import { type DeviceServices, optional } from '../device/device-service.ts';
import { deviceUrlAt } from '../soap/service-url.ts';
import type { SoapSession } from '../soap/session.ts';
import { escapeXml, textOf } from '../soap/xml.ts';
import { readProfiles } from './profiles.ts';

const TRT = 'http://www.onvif.org/ver10/media/wsdl';
const TR2 = 'http://www.onvif.org/ver20/media/wsdl';
const TT = 'http://www.onvif.org/ver10/schema';

/** Media (ver10) or Media2 (ver20) of a device. */
export type MediaKind = 'media' | 'media2';
type Service = { kind: MediaKind; url: string };

const PROFILES: Record<MediaKind, { operation: string; encoder: string }> = {
  media: { operation: `<GetProfiles xmlns="${TRT}"/>`, encoder: 'VideoEncoderConfiguration' },
  media2: {
    operation: `<GetProfiles xmlns="${TR2}"><Type>All</Type></GetProfiles>`,
    encoder: 'VideoEncoder',
  },
};
const SETUP = `<StreamSetup><Stream xmlns="${TT}">RTP-Unicast</Stream><Transport xmlns="${TT}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`;

const streamOperation = ({ kind }: Service, token: string) =>
  kind === 'media2'
    ? `<GetStreamUri xmlns="${TR2}"><Protocol>RTSP</Protocol><ProfileToken>${token}</ProfileToken></GetStreamUri>`
    : `<GetStreamUri xmlns="${TRT}">${SETUP}<ProfileToken>${token}</ProfileToken></GetStreamUri>`;

/** The media services in the order they are tried: Media2 knows H.265, but some firmware advertises it and cannot speak it. */
export function mediaServices(services: DeviceServices): Service[] {
  const found: Service[] = [];
  if (services.media2 !== null) found.push({ kind: 'media2', url: services.media2 });
  if (services.media !== null) found.push({ kind: 'media', url: services.media });
  return found;
}

/** The first answer that is one, service after service; a wrong password or a dead line ends it at once. */
async function firstOf<T>(services: readonly Service[], question: (service: Service) => Promise<T | null>) {
  for (const service of services) {
    const answer = await optional(question(service), null);
    if (answer !== null) return { service, answer };
  }
  return null;
}

/** Profiles with a video encoder, by the first media service that has any. */
export async function readMediaProfiles(
  session: SoapSession,
  services: DeviceServices,
): Promise<{ kind: MediaKind; profiles: MediaProfile[] }> {
  const known = mediaServices(services);
  if (known.length === 0)
    throw new StreamFaultError(
      'no-profile',
      'the camera offers no ONVIF media service: switch it on in the camera',
    );
  const found = await firstOf(known, async ({ kind, url }) => {
    const { body } = await session.ask(url, PROFILES[kind].operation);
    const profiles = readProfiles(body, PROFILES[kind].encoder);
    return profiles.length > 0 ? profiles : null;
  });
  return { kind: found?.service.kind ?? 'media', profiles: found?.answer ?? [] };
}

/** RTSP URL of a profile at the host we know. @throws StreamFaultError `no-profile` when the device gives none */
export async function readStreamUrl(
  session: SoapSession,
  services: DeviceServices,
  profileToken: string,
): Promise<string> {
  const token = escapeXml(profileToken);
  const found = await firstOf(mediaServices(services), async (service) => {
    const { body } = await session.ask(service.url, streamOperation(service, token));
    return deviceUrlAt(textOf(body, 'Uri'), session.host, 'rtsp:');
  });
  if (!found) throw new StreamFaultError('no-profile', 'the camera gave no RTSP address for its profile');
  return found.answer;
}

/** HTTP URL of a profile's snapshot at the host we know; null when there is none (some cameras give an RTSP address). */
export async function readSnapshotUrl(
  session: SoapSession,
  services: DeviceServices,
  profileToken: string,
): Promise<string | null> {
  const token = `<ProfileToken>${escapeXml(profileToken)}</ProfileToken>`;
  const found = await firstOf(mediaServices(services), async ({ kind, url }) => {
    const namespace = kind === 'media2' ? TR2 : TRT;
    const { body } = await session.ask(url, `<GetSnapshotUri xmlns="${namespace}">${token}</GetSnapshotUri>`);
    return deviceUrlAt(textOf(body, 'Uri'), session.host, 'http:');
  });
  return found?.answer ?? null;
}
