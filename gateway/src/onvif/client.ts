import { pinHost } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { type Login, type MediaProfile, StreamFaultError } from '../pipeline.ts';
import { callSoap, usernameToken } from './soap.ts';
import { escapeXml, find, findAll, textOf, type XmlElement } from './xml.ts';

const TDS = 'http://www.onvif.org/ver10/device/wsdl';
const TRT = 'http://www.onvif.org/ver10/media/wsdl';
const TT = 'http://www.onvif.org/ver10/schema';

export type DeviceInformation = { manufacturer: string; model: string; firmware: string; serial: string };

const integerOf = (element: XmlElement, name: string): number => {
  const value = Number.parseInt(textOf(element, name), 10);
  return Number.isFinite(value) ? value : Number.NaN;
};

/** The device's UTC time in ms; null when the element is absent or no date (some cameras say 0000-00-00). */
export function readUtc(answer: XmlElement): number | null {
  const utc = find(answer, 'UTCDateTime');
  if (!utc) return null;
  const [year, month, day, hour, minute, second] = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second'].map(
    (name) => integerOf(utc, name),
  );
  if (year === undefined || !(year >= 1970 && year <= 9999)) return null;
  const ms = Date.UTC(year, (month ?? Number.NaN) - 1, day, hour, minute, second);
  return Number.isFinite(ms) ? ms : null;
}

function codecOf(encoding: string): MediaProfile['codec'] {
  const name = encoding.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (name === 'H264') return 'h264';
  return name === 'H265' || name === 'HEVC' ? 'h265' : 'other';
}

/** One camera's ONVIF device and media services (ver10). Every call may reject with a StreamFaultError. */
export class OnvifClient {
  readonly #deviceUrl: string;
  readonly #host: string;
  readonly #login: Login | null;
  readonly #clock: Clock;
  #offsetMs = 0;
  #mediaUrl: string | undefined;

  constructor(deviceUrl: string, login: Login | null, clock: Clock) {
    this.#deviceUrl = deviceUrl;
    this.#host = new URL(deviceUrl).hostname;
    this.#login = login;
    this.#clock = clock;
  }

  /** Reads the device's clock (no password needed) and uses it for later digests. Null when it tells none. */
  async readClock(): Promise<number | null> {
    const sentMs = this.#clock.now();
    const answer = await callSoap(this.#deviceUrl, '', `<GetSystemDateAndTime xmlns="${TDS}"/>`);
    const utcMs = readUtc(answer);
    if (utcMs === null) return null;
    this.#offsetMs = utcMs - (sentMs + this.#clock.now()) / 2;
    return this.#offsetMs;
  }

  /** Endpoint reference of a device that tells it to anybody, or null. */
  async endpointReference(): Promise<string | null> {
    try {
      const answer = await callSoap(this.#deviceUrl, '', `<GetEndpointReference xmlns="${TDS}"/>`);
      return textOf(answer, 'GUID').slice(0, 128) || null;
    } catch (error) {
      if (error instanceof StreamFaultError && ['protocol', 'unauthorized'].includes(error.fault))
        return null;
      throw error;
    }
  }

  async deviceInformation(): Promise<DeviceInformation> {
    const answer = await this.#call(this.#deviceUrl, `<GetDeviceInformation xmlns="${TDS}"/>`);
    return {
      manufacturer: textOf(answer, 'Manufacturer').slice(0, 128),
      model: textOf(answer, 'Model').slice(0, 128),
      firmware: textOf(answer, 'FirmwareVersion').slice(0, 128),
      serial: textOf(answer, 'SerialNumber').slice(0, 128),
    };
  }

  /** Hardware address of the first network interface, lower case with colons, or null. */
  async macAddress(): Promise<string | null> {
    const answer = await this.#call(this.#deviceUrl, `<GetNetworkInterfaces xmlns="${TDS}"/>`);
    const raw = textOf(answer, 'HwAddress').toLowerCase().replaceAll('-', ':');
    return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(raw) ? raw : null;
  }

  async profiles(): Promise<MediaProfile[]> {
    const answer = await this.#call(await this.#media(), `<GetProfiles xmlns="${TRT}"/>`);
    return findAll(answer, 'Profiles')
      .slice(0, 64)
      .flatMap((profile) => {
        const token = profile.attributes.get('token') ?? '';
        const encoder = find(profile, 'VideoEncoderConfiguration');
        if (token === '' || !encoder) return [];
        const resolution = find(encoder, 'Resolution') ?? encoder;
        const [width, height] = [integerOf(resolution, 'Width'), integerOf(resolution, 'Height')];
        const name = profile.children.find((child) => child.name === 'Name')?.text ?? token;
        return [
          {
            token,
            name: name.slice(0, 128),
            codec: codecOf(textOf(encoder, 'Encoding')),
            width: width || 0,
            height: height || 0,
          },
        ];
      });
  }

  /** RTSP URL of a profile at the host we know the device by. */
  async streamUrl(profileToken: string): Promise<string> {
    const setup = `<StreamSetup><Stream xmlns="${TT}">RTP-Unicast</Stream><Transport xmlns="${TT}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`;
    const operation = `<GetStreamUri xmlns="${TRT}">${setup}<ProfileToken>${escapeXml(profileToken)}</ProfileToken></GetStreamUri>`;
    const answer = await this.#call(await this.#media(), operation);
    const url = pinHost(textOf(answer, 'Uri'), this.#host, 'rtsp:');
    if (url === null)
      throw new StreamFaultError('no-profile', 'the camera gave no RTSP address for its profile');
    return url;
  }

  async #media(): Promise<string> {
    if (this.#mediaUrl !== undefined) return this.#mediaUrl;
    const answer = await this.#call(
      this.#deviceUrl,
      `<GetCapabilities xmlns="${TDS}"><Category>Media</Category></GetCapabilities>`,
    );
    const media = find(answer, 'Media');
    const url = media ? pinHost(textOf(media, 'XAddr'), this.#host, 'http:') : null;
    if (url === null) throw new StreamFaultError('no-profile', 'the camera offers no ONVIF media service');
    this.#mediaUrl = url;
    return url;
  }

  #call(url: string, operation: string): Promise<XmlElement> {
    const header = this.#login ? usernameToken(this.#login, this.#clock.now() + this.#offsetMs) : '';
    return callSoap(url, header, operation);
  }
}
