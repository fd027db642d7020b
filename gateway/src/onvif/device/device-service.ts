import { isIPv4 } from 'node:net';
import { StreamFaultError } from '../../pipeline.ts';
import { deviceUrlAt } from '../soap/service-url.ts';
import type { SoapSession } from '../soap/session.ts';
import { escapeXml, find, findAll, textOf, type XmlElement } from '../soap/xml.ts';

const TDS = 'http://www.onvif.org/ver10/device/wsdl';
const TT = 'http://www.onvif.org/ver10/schema';

export type DeviceInformation = { manufacturer: string; model: string; firmware: string; serial: string };

/** Where a device's services answer, at the host we know it by. */
export type DeviceServices = {
  media: string | null;
  media2: string | null;
  events: string | null;
  ptz: string | null;
  imaging: string | null;
};

const NAMESPACES = new Map<string, keyof DeviceServices>([
  ['http://www.onvif.org/ver10/media/wsdl', 'media'],
  ['http://www.onvif.org/ver20/media/wsdl', 'media2'],
  ['http://www.onvif.org/ver10/events/wsdl', 'events'],
  ['http://www.onvif.org/ver20/ptz/wsdl', 'ptz'],
  ['http://www.onvif.org/ver20/imaging/wsdl', 'imaging'],
]);
const CAPABILITIES = [
  ['Media', 'media'],
  ['Events', 'events'],
  ['PTZ', 'ptz'],
  ['Imaging', 'imaging'],
] as const;

/** A fault of the device about this one question is no reason to refuse it; a wrong password or a dead line is. */
export async function optional<T>(question: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof StreamFaultError && error.fault === 'protocol') return otherwise;
    throw error;
  }
}

export async function deviceInformation(session: SoapSession): Promise<DeviceInformation> {
  const { body } = await session.ask(session.deviceUrl, `<GetDeviceInformation xmlns="${TDS}"/>`);
  const field = (name: string) => textOf(body, name).slice(0, 128);
  return {
    manufacturer: field('Manufacturer'),
    model: field('Model'),
    firmware: field('FirmwareVersion'),
    serial: field('SerialNumber'),
  };
}

/** Hardware address of the first network interface, lower case with colons, or null. */
export async function macAddress(session: SoapSession): Promise<string | null> {
  const { body } = await session.ask(session.deviceUrl, `<GetNetworkInterfaces xmlns="${TDS}"/>`);
  const raw = textOf(body, 'HwAddress').toLowerCase().replaceAll('-', ':');
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(raw) ? raw : null;
}

/** Endpoint reference; null where the device tells none, or none without a login. @param open ask without a login */
export async function endpointReference(session: SoapSession, open: boolean): Promise<string | null> {
  try {
    const { body } = await session.ask(session.deviceUrl, `<GetEndpointReference xmlns="${TDS}"/>`, { open });
    return textOf(body, 'GUID').slice(0, 128) || null;
  } catch (error) {
    if (error instanceof StreamFaultError && ['protocol', 'needs-password'].includes(error.fault))
      return null;
    throw error;
  }
}

function fromServices(body: XmlElement, host: string): DeviceServices | null {
  const services: DeviceServices = { media: null, media2: null, events: null, ptz: null, imaging: null };
  for (const service of findAll(body, 'Service').slice(0, 64)) {
    const name = NAMESPACES.get(textOf(service, 'Namespace').replace(/\/$/, ''));
    const url = deviceUrlAt(textOf(service, 'XAddr'), host, 'http:');
    if (name !== undefined && url !== null) services[name] ??= url;
  }
  return (services.media ?? services.media2) ? services : null;
}

function fromCapabilities(body: XmlElement, host: string): DeviceServices {
  const services: DeviceServices = { media: null, media2: null, events: null, ptz: null, imaging: null };
  for (const [element, name] of CAPABILITIES) {
    const capability = find(body, element);
    if (capability) services[name] = deviceUrlAt(textOf(capability, 'XAddr'), host, 'http:');
  }
  return services;
}

/** Services by GetServices, and by GetCapabilities where that is refused, broken or knows no media. */
export async function readServices(session: SoapSession): Promise<DeviceServices> {
  const modern = await optional(
    session
      .ask(
        session.deviceUrl,
        `<GetServices xmlns="${TDS}"><IncludeCapability>false</IncludeCapability></GetServices>`,
      )
      .then(({ body }) => fromServices(body, session.host)),
    null,
  );
  if (modern) return modern;
  const { body } = await session.ask(
    session.deviceUrl,
    `<GetCapabilities xmlns="${TDS}"><Category>All</Category></GetCapabilities>`,
  );
  return fromCapabilities(body, session.host);
}

/** Sets the device's clock to `utcMs` (Manual, UTC) and keeps its time zone. */
export async function setDeviceTime(session: SoapSession, utcMs: number): Promise<void> {
  const now = await optional(
    session.ask(session.deviceUrl, `<GetSystemDateAndTime xmlns="${TDS}"/>`).then(({ body }) => body),
    null,
  );
  const zone = (now && textOf(now, 'TZ')) || 'CST-8';
  const date = new Date(utcMs);
  const time = `<tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute><tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time>`;
  const day = `<tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year><tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date>`;
  await session.ask(
    session.deviceUrl,
    `<SetSystemDateAndTime xmlns="${TDS}" xmlns:tt="${TT}"><DateTimeType>Manual</DateTimeType><DaylightSavings>false</DaylightSavings>` +
      `<TimeZone><tt:TZ>${escapeXml(zone)}</tt:TZ></TimeZone><UTCDateTime>${time}${day}</UTCDateTime></SetSystemDateAndTime>`,
  );
}

/** Names an NTP server (IPv4 address or host name) and lets the clock follow it. Throws a RangeError for anything else. */
export async function setDeviceNtp(session: SoapSession, server: string): Promise<void> {
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(server))
    throw new RangeError('the NTP server must be an IPv4 address or a host name');
  const manual = isIPv4(server)
    ? `<tt:Type>IPv4</tt:Type><tt:IPv4Address>${server}</tt:IPv4Address>`
    : `<tt:Type>DNS</tt:Type><tt:DNSname>${server}</tt:DNSname>`;
  await session.ask(
    session.deviceUrl,
    `<SetNTP xmlns="${TDS}" xmlns:tt="${TT}"><FromDHCP>false</FromDHCP><NTPManual>${manual}</NTPManual></SetNTP>`,
  );
  await session.ask(
    session.deviceUrl,
    `<SetSystemDateAndTime xmlns="${TDS}"><DateTimeType>NTP</DateTimeType><DaylightSavings>false</DaylightSavings></SetSystemDateAndTime>`,
  );
}
