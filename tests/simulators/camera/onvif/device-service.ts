import { scopesOf } from '../identity.ts';
import type { OnvifHost, OnvifService, Operation } from './host.ts';
import { escapeXml, textOf } from './soap.ts';

const MEDIA_NAMESPACE = 'http://www.onvif.org/ver10/media/wsdl';
const DEVICE_NAMESPACE = 'http://www.onvif.org/ver10/device/wsdl';
export const DEVICE_PATH = '/onvif/device_service';
export const MEDIA_PATH = '/onvif/media_service';
const MEDIA2 = ['http://www.onvif.org/ver20/media/wsdl', '/onvif/media2_service'] as const;
const EVENTS = ['http://www.onvif.org/ver10/events/wsdl', '/onvif/event_service'] as const;
const IMAGING = ['http://www.onvif.org/ver20/imaging/wsdl', '/onvif/imaging_service'] as const;
const PTZ = ['http://www.onvif.org/ver20/ptz/wsdl', '/onvif/ptz_service'] as const;

/** Operations of the access class PRE_AUTH: they need no login (ONVIF Core §5.9.4.3). */
export const openOperations: ReadonlySet<string> = new Set([
  'GetSystemDateAndTime',
  'GetServices',
  'GetCapabilities',
  'GetEndpointReference',
]);

const getSystemDateAndTime: Operation = (host) => {
  const now = new Date(host.wallMs());
  const utc =
    `<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>`;
  return (
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>' +
    `${host.state.dateTimeType}</tt:DateTimeType>` +
    '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
    `<tt:UTCDateTime>${utc}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`
  );
};

const getDeviceInformation: Operation = ({ identity }) =>
  `<tds:GetDeviceInformationResponse><tds:Manufacturer>${escapeXml(identity.manufacturer)}</tds:Manufacturer>` +
  `<tds:Model>${escapeXml(identity.model)}</tds:Model><tds:FirmwareVersion>1.0.0</tds:FirmwareVersion>` +
  `<tds:SerialNumber>${escapeXml(identity.serial)}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>`;

const getCapabilities: Operation = (host) =>
  '<tds:GetCapabilitiesResponse><tds:Capabilities>' +
  `<tt:Device><tt:XAddr>${host.httpUrl()}${DEVICE_PATH}</tt:XAddr></tt:Device>` +
  `<tt:Events><tt:XAddr>${host.httpUrl('events')}${EVENTS[1]}</tt:XAddr><tt:WSSubscriptionPolicySupport>true</tt:WSSubscriptionPolicySupport>` +
  '<tt:WSPullPointSupport>true</tt:WSPullPointSupport></tt:Events>' +
  `<tt:Imaging><tt:XAddr>${host.httpUrl('ptz')}${IMAGING[1]}</tt:XAddr></tt:Imaging>` +
  `<tt:Media><tt:XAddr>${host.httpUrl('media')}${MEDIA_PATH}</tt:XAddr><tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast>` +
  '<tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>' +
  `<tt:PTZ><tt:XAddr>${host.httpUrl('ptz')}${PTZ[1]}</tt:XAddr></tt:PTZ>` +
  '</tds:Capabilities></tds:GetCapabilitiesResponse>';

const getServices: Operation = (host) => {
  const service = (namespace: string, path: string, url = host.httpUrl('media')) =>
    `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${url}${path}</tds:XAddr>` +
    '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>';
  const services =
    service(DEVICE_NAMESPACE, DEVICE_PATH, host.httpUrl()) +
    service(MEDIA_NAMESPACE, MEDIA_PATH) +
    (host.quirk.media2 === undefined ? '' : service(...MEDIA2)) +
    service(...EVENTS, host.httpUrl('events')) +
    service(...PTZ, host.httpUrl('ptz')) +
    service(...IMAGING, host.httpUrl('ptz'));
  return `<tds:GetServicesResponse>${services}</tds:GetServicesResponse>`;
};

const getScopes: Operation = ({ identity }) => {
  const scopes = scopesOf(identity).map(
    (scope) =>
      `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${escapeXml(scope)}</tt:ScopeItem></tds:Scopes>`,
  );
  return `<tds:GetScopesResponse>${scopes.join('')}</tds:GetScopesResponse>`;
};

const getNetworkInterfaces: Operation = (host) =>
  '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>' +
  `<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${host.identity.mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>` +
  '<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual>' +
  `<tt:Address>${new URL(host.httpUrl()).hostname}</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual>` +
  '<tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>';

const getEndpointReference: Operation = ({ identity }) =>
  `<tds:GetEndpointReferenceResponse><tds:GUID>urn:uuid:${identity.uuid}</tds:GUID></tds:GetEndpointReferenceResponse>`;

const setSystemDateAndTime: Operation = (host, xml) => {
  host.state.dateTimeType = textOf(xml, 'DateTimeType') === 'NTP' ? 'NTP' : 'Manual';
  const [year, month, day, hour, minute, second] = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second'].map(
    (name) => Number(textOf(xml, name)),
  );
  const utcMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  if (host.state.dateTimeType === 'Manual' && Number.isFinite(utcMs))
    host.state.clockShiftMs += utcMs - host.wallMs();
  return '<tds:SetSystemDateAndTimeResponse/>';
};

const setNtp: Operation = (host, xml) => {
  host.state.ntpServer = textOf(xml, 'IPv4Address') ?? textOf(xml, 'DNSname');
  return '<tds:SetNTPResponse/>';
};

export const deviceService: OnvifService = {
  namespace: DEVICE_NAMESPACE,
  path: DEVICE_PATH,
  operations: new Map<string, Operation>([
    ['GetSystemDateAndTime', getSystemDateAndTime],
    ['GetDeviceInformation', getDeviceInformation],
    ['GetCapabilities', getCapabilities],
    ['GetServices', getServices],
    ['SetSystemDateAndTime', setSystemDateAndTime],
    ['SetNTP', setNtp],
    ['GetScopes', getScopes],
    ['GetNetworkInterfaces', getNetworkInterfaces],
    ['GetEndpointReference', getEndpointReference],
  ]),
};

/** Address of the device service, as discovery announces it. */
export function deviceUrl(host: Pick<OnvifHost, 'httpUrl'>): string {
  return `${host.httpUrl()}${DEVICE_PATH}`;
}
