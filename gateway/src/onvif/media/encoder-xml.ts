import type { EncoderSettings } from '../../pipeline.ts';
import { escapeXml, find, findAll, textOf, type XmlElement } from '../soap/xml.ts';
import type { MediaKind } from './media-service.ts';
import { codecOf } from './profiles.ts';
import type { EncoderChoices } from './recommendation.ts';

const numberOf = (text: string | undefined) => {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) && value >= 0 && value < 1e7 ? value : 0;
};

/** Settings of a video encoder configuration; 0 where the device tells none. */
export function settingsOf(configuration: XmlElement): EncoderSettings {
  const gop = textOf(configuration, 'GovLength') || configuration.attributes.get('GovLength');
  return {
    codec: codecOf(textOf(configuration, 'Encoding')),
    width: numberOf(textOf(configuration, 'Width')),
    height: numberOf(textOf(configuration, 'Height')),
    fps: numberOf(textOf(configuration, 'FrameRateLimit')),
    bitrateKbps: numberOf(textOf(configuration, 'BitrateLimit')),
    gopLength: numberOf(gop),
  };
}

function rangeOf(parent: XmlElement, name: string): { min: number; max: number } | null {
  const range = find(parent, name);
  if (!range) return null;
  const [min, max] = [numberOf(textOf(range, 'Min')), numberOf(textOf(range, 'Max'))];
  return max >= min && max > 0 ? { min, max } : null;
}

/** `"25 20 15"` or `"1 250"` as the range from the smallest to the largest. */
function listRange(text: string | undefined): { min: number; max: number } | null {
  const values = (text ?? '')
    .split(/\s+/)
    .map(numberOf)
    .filter((value) => value > 0);
  return values.length === 0 ? null : { min: Math.min(...values), max: Math.max(...values) };
}

const sizesOf = (options: XmlElement) =>
  findAll(options, 'ResolutionsAvailable')
    .slice(0, 64)
    .map((size) => ({ width: numberOf(textOf(size, 'Width')), height: numberOf(textOf(size, 'Height')) }))
    .filter(({ width, height }) => width > 0 && height > 0);

/** What a GetVideoEncoderConfigurationOptions answer allows for H.264. */
export function choicesOf(body: XmlElement, kind: MediaKind): EncoderChoices {
  const options =
    kind === 'media'
      ? find(body, 'H264')
      : findAll(body, 'Options').find((candidate) => codecOf(textOf(candidate, 'Encoding')) === 'h264');
  if (!options) return { h264: false, resolutions: [], fps: null, gopLength: null, bitrateKbps: null };
  return {
    h264: true,
    resolutions: sizesOf(options),
    fps: rangeOf(options, 'FrameRateRange') ?? listRange(options.attributes.get('FrameRatesSupported')),
    gopLength: rangeOf(options, 'GovLengthRange') ?? listRange(options.attributes.get('GovLengthRange')),
    bitrateKbps: rangeOf(options, 'BitrateRange'),
  };
}

const ENCODINGS: Record<EncoderSettings['codec'], string> = { h264: 'H264', h265: 'H265', other: 'JPEG' };

const leaf = (name: string, text: string | number): XmlElement => ({
  name,
  text: String(text),
  attributes: new Map(),
  children: [],
});

/** The configuration with the settings put in; everything else (quality, multicast, time-outs) as the device told it. */
function withSettings(configuration: XmlElement, settings: EncoderSettings): XmlElement {
  const values = new Map<string, string>([
    ['Encoding', ENCODINGS[settings.codec]],
    ['Width', String(settings.width)],
    ['Height', String(settings.height)],
    ['FrameRateLimit', String(settings.fps)],
    ['BitrateLimit', String(settings.bitrateKbps)],
    ['GovLength', String(settings.gopLength)],
  ]);
  const change = (element: XmlElement): XmlElement => ({
    ...element,
    text: values.get(element.name) ?? element.text,
    children: element.children.filter(({ name }) => name !== 'Extension').map(change),
  });
  return change(configuration);
}

/** Children of a configuration are of the namespace `tt` in both media services. */
function serialise({ name, text, attributes, children }: XmlElement): string {
  const plain = [...attributes]
    .filter(([key]) => !key.startsWith('xmlns'))
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const content = children.length > 0 ? children.map(serialise).join('') : escapeXml(text);
  return `<tt:${name}${plain.join('')}>${content}</tt:${name}>`;
}

/** Body of a `Configuration` element for SetVideoEncoderConfiguration: attributes and children. */
export function configurationXml(
  configuration: XmlElement,
  settings: EncoderSettings,
  kind: MediaKind,
): { attributes: string; content: string } {
  const changed = withSettings(configuration, settings);
  const isOther = codecOf(textOf(configuration, 'Encoding')) !== settings.codec;
  const attributes = new Map([['token', configuration.attributes.get('token') ?? '']]);
  if (kind === 'media2') {
    attributes.set('GovLength', String(settings.gopLength));
    // Profiles of H.265 are not those of H.264: every encoder has Main.
    attributes.set('Profile', isOther ? 'Main' : (configuration.attributes.get('Profile') ?? 'Main'));
  }
  const hasCodec = changed.children.some(({ name }) => name === 'H264');
  const codec: XmlElement = {
    ...leaf('H264', ''),
    children: [leaf('GovLength', settings.gopLength), leaf('H264Profile', 'Main')],
  };
  const added =
    kind === 'media' && settings.codec === 'h264' && !hasCodec
      ? afterRateControl(changed.children, codec)
      : changed.children;
  return {
    attributes: [...attributes].map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join(''),
    content: added.map(serialise).join(''),
  };
}

/** The schema's order: RateControl, H264, Multicast, SessionTimeout. */
function afterRateControl(children: readonly XmlElement[], added: XmlElement): XmlElement[] {
  const at = children.findIndex(({ name }) => name === 'Multicast' || name === 'SessionTimeout');
  return at < 0 ? [...children, added] : children.toSpliced(at, 0, added);
}
