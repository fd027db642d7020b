import type { Clock } from '../../base/clock.ts';
import {
  type DeviceEncoders,
  type EncoderChange,
  type EncoderSettings,
  type Login,
  StreamFaultError,
} from '../../pipeline.ts';
import { optional, readServices } from '../device/device-service.ts';
import { SoapSession } from '../soap/session.ts';
import { escapeXml, find, type XmlElement } from '../soap/xml.ts';
import { choicesOf, configurationXml, settingsOf } from './encoder-xml.ts';
import { type MediaKind, readMediaProfiles } from './media-service.ts';
import { recommendedSettings } from './recommendation.ts';

const NAMESPACES: Record<MediaKind, string> = {
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
};
const TT = 'http://www.onvif.org/ver10/schema';

/** One media service of one device. */
type Place = { session: SoapSession; kind: MediaKind; url: string };

/** Recommended encoder settings of ONVIF cameras: nothing is changed without `apply`, and `undo` puts back what was there. */
export class OnvifEncoders implements DeviceEncoders {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async preview(deviceUrl: string, login: Login | null, profileToken: string): Promise<EncoderChange | null> {
    const session = await this.#open(deviceUrl, login);
    const services = await readServices(session);
    const { kind, profiles } = await readMediaProfiles(session, services);
    const encoderToken = profiles.find(({ token }) => token === profileToken)?.encoderToken;
    const url = services[kind];
    if (encoderToken === undefined || url === null)
      throw new StreamFaultError('no-profile', `the camera has no encoder for the profile "${profileToken}"`);
    const place = { session, kind, url };
    const before = settingsOf(await readConfiguration(place, encoderToken));
    const after = recommendedSettings(before, choicesOf(await readOptions(place, encoderToken), kind));
    return after && { profileToken, encoderToken, service: kind, before, after };
  }

  apply(deviceUrl: string, login: Login | null, change: EncoderChange): Promise<EncoderSettings> {
    return this.#set(deviceUrl, login, change, change.after);
  }

  undo(deviceUrl: string, login: Login | null, change: EncoderChange): Promise<EncoderSettings> {
    return this.#set(deviceUrl, login, change, change.before);
  }

  /** Resolves with what the device says it has afterwards: some round, some refuse in silence. */
  async #set(
    deviceUrl: string,
    login: Login | null,
    { service, encoderToken }: EncoderChange,
    settings: EncoderSettings,
  ): Promise<EncoderSettings> {
    const session = await this.#open(deviceUrl, login);
    const url = (await readServices(session))[service];
    if (url === null)
      throw new StreamFaultError('protocol', 'the camera no longer offers this media service');
    const place = { session, kind: service, url };
    const configuration = await readConfiguration(place, encoderToken);
    const { attributes, content } = configurationXml(configuration, settings, service);
    const persistence = service === 'media' ? '<ForcePersistence>true</ForcePersistence>' : '';
    await session.ask(
      url,
      `<SetVideoEncoderConfiguration xmlns="${NAMESPACES[service]}" xmlns:tt="${TT}"><Configuration${attributes}>${content}</Configuration>${persistence}</SetVideoEncoderConfiguration>`,
    );
    return settingsOf(await readConfiguration(place, encoderToken));
  }

  async #open(deviceUrl: string, login: Login | null): Promise<SoapSession> {
    const session = new SoapSession({ deviceUrl, login, clock: this.#clock });
    await optional(session.readClock(), null);
    return session;
  }
}

async function readConfiguration({ session, kind, url }: Place, encoderToken: string): Promise<XmlElement> {
  const token = `<ConfigurationToken>${escapeXml(encoderToken)}</ConfigurationToken>`;
  const operation = kind === 'media' ? 'GetVideoEncoderConfiguration' : 'GetVideoEncoderConfigurations';
  const { body } = await session.ask(
    url,
    `<${operation} xmlns="${NAMESPACES[kind]}">${token}</${operation}>`,
  );
  const configuration = find(body, kind === 'media' ? 'Configuration' : 'Configurations');
  if (!configuration) throw new StreamFaultError('protocol', 'the camera does not tell its encoder settings');
  return configuration;
}

async function readOptions({ session, kind, url }: Place, encoderToken: string): Promise<XmlElement> {
  const operation = 'GetVideoEncoderConfigurationOptions';
  const token = `<ConfigurationToken>${escapeXml(encoderToken)}</ConfigurationToken>`;
  const { body } = await session.ask(
    url,
    `<${operation} xmlns="${NAMESPACES[kind]}">${token}</${operation}>`,
  );
  return body;
}
