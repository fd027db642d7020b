import type { Clock } from '../../base/clock.ts';
import { type DeviceImaging, type ImagingSettings, type Login, StreamFaultError } from '../../pipeline.ts';
import { optional, readServices } from '../device/device-service.ts';
import { SoapSession } from '../soap/session.ts';
import { escapeXml, find, textOf, type XmlElement } from '../soap/xml.ts';

const TIMG = 'http://www.onvif.org/ver20/imaging/wsdl';
const TT = 'http://www.onvif.org/ver10/schema';

/** Names in the schema's order, which some devices insist on. */
const LEVELS = [
  ['Brightness', 'brightness'],
  ['ColorSaturation', 'saturation'],
  ['Contrast', 'contrast'],
] as const;

function levelOf(settings: XmlElement, name: string): number | null {
  const value = Number.parseFloat(textOf(settings, name));
  return Number.isFinite(value) ? value : null;
}

const IR_CUT = { on: 'ON', off: 'OFF', auto: 'AUTO' } as const;

function irCutOf(settings: XmlElement): ImagingSettings['irCut'] {
  const told = textOf(settings, 'IrCutFilter').toUpperCase();
  return (['on', 'off', 'auto'] as const).find((name) => IR_CUT[name] === told) ?? null;
}

/** Picture settings of ONVIF cameras by lens. What the device does not tell is null and is never set. */
export class OnvifImaging implements DeviceImaging {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read(deviceUrl: string, login: Login | null, sourceToken: string): Promise<ImagingSettings> {
    const { session, url } = await this.#open(deviceUrl, login);
    return readSettings(session, url, sourceToken);
  }

  async set(
    deviceUrl: string,
    login: Login | null,
    { sourceToken, change }: { sourceToken: string; change: Partial<ImagingSettings> },
  ): Promise<ImagingSettings> {
    const { session, url } = await this.#open(deviceUrl, login);
    const levels = LEVELS.map(([element, key]) => {
      const value = change[key];
      return typeof value === 'number' && Number.isFinite(value)
        ? `<tt:${element}>${value}</tt:${element}>`
        : '';
    });
    const irCut = change.irCut ? `<tt:IrCutFilter>${IR_CUT[change.irCut]}</tt:IrCutFilter>` : '';
    const token = `<VideoSourceToken>${escapeXml(sourceToken)}</VideoSourceToken>`;
    await session.ask(
      url,
      `<SetImagingSettings xmlns="${TIMG}" xmlns:tt="${TT}">${token}<ImagingSettings>${levels.join('')}${irCut}</ImagingSettings><ForcePersistence>true</ForcePersistence></SetImagingSettings>`,
    );
    return readSettings(session, url, sourceToken);
  }

  async #open(deviceUrl: string, login: Login | null): Promise<{ session: SoapSession; url: string }> {
    const session = new SoapSession({ deviceUrl, login, clock: this.#clock });
    await optional(session.readClock(), null);
    const { imaging } = await readServices(session);
    if (imaging === null) throw new StreamFaultError('not-found', 'the camera offers no imaging service');
    return { session, url: imaging };
  }
}

async function readSettings(
  session: SoapSession,
  url: string,
  sourceToken: string,
): Promise<ImagingSettings> {
  const token = `<VideoSourceToken>${escapeXml(sourceToken)}</VideoSourceToken>`;
  const { body } = await session.ask(
    url,
    `<GetImagingSettings xmlns="${TIMG}">${token}</GetImagingSettings>`,
  );
  const settings = find(body, 'ImagingSettings');
  if (!settings) throw new StreamFaultError('protocol', 'the camera does not tell its picture settings');
  const [brightness = null, saturation = null, contrast = null] = LEVELS.map(([element]) =>
    levelOf(settings, element),
  );
  return { brightness, contrast, saturation, irCut: irCutOf(settings) };
}
