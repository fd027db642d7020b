import type { Codec } from '@pingan/models/contract';
import { type ParameterSets, StreamFaultError } from '../pipeline.ts';
import { mergeSets } from './parameter-sets.ts';

/** The one video track we set up, from a session description (RFC 4566). */
export type VideoTrack = {
  codec: Codec;
  payloadType: number;
  /** `a=control` of the track and of the session; null when absent. */
  control: string | null;
  sessionControl: string | null;
  /** From `sprop-…`; null when they come only in band. */
  sets: ParameterSets | null;
  /** `a=framerate` (RFC 4566 §6), pictures per second; null when absent or not believable. */
  framerate: number | null;
};

type Section = {
  media: string;
  formats: readonly string[];
  attributes: Map<string, string[]>;
};

const CODECS: ReadonlyMap<string, Codec> = new Map([
  ['H264/90000', 'h264'],
  ['H265/90000', 'h265'],
]);
const MAX_SECTIONS = 64;
/** avcC and hvcC give a parameter set a 16-bit length. */
const MAX_SET_BYTES = 65_535;

/**
 * Finds the first H.264 or H.265 track.
 * @throws StreamFaultError `protocol` (no session description), `no-video`, `unsupported-codec`
 */
export function parseSdp(text: string): VideoTrack {
  const [session, ...media] = splitSections(text);
  const videos = media.filter((section) => section.media === 'video');
  if (videos.length === 0) {
    throw new StreamFaultError(
      'no-video',
      'the camera offers no video here: choose another profile or address',
    );
  }
  for (const section of videos) {
    const track = trackOf(section);
    if (track !== null) return { ...track, sessionControl: session?.attributes.get('control')?.[0] ?? null };
  }
  throw new StreamFaultError(
    'unsupported-codec',
    `the camera sends ${namesOf(videos)}: set its encoder to H.264 or H.265`,
  );
}

function splitSections(text: string): Section[] {
  if (!/^v=0\s*$/m.test(text)) {
    throw new StreamFaultError(
      'protocol',
      'the camera sent no session description: check the stream address',
    );
  }
  const sections: Section[] = [{ media: 'session', formats: [], attributes: new Map() }];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('m=')) {
      if (sections.length > MAX_SECTIONS) break;
      const [media = '', , , ...formats] = line.slice(2).trim().split(/\s+/);
      sections.push({ media, formats: formats.slice(0, MAX_SECTIONS), attributes: new Map() });
    } else if (line.startsWith('a=')) {
      const colon = line.indexOf(':');
      const name = line.slice(2, colon < 0 ? undefined : colon).trim();
      const attributes = sections.at(-1)?.attributes;
      const values = attributes?.get(name) ?? [];
      values.push(colon < 0 ? '' : line.slice(colon + 1).trim());
      attributes?.set(name, values);
    }
  }
  return sections;
}

function trackOf(section: Section): Omit<VideoTrack, 'sessionControl'> | null {
  for (const format of section.formats) {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : 128;
    const encoding = attributeOf(section, 'rtpmap', format)?.split('/').slice(0, 2).join('/').toUpperCase();
    const codec = CODECS.get(encoding ?? '');
    if (codec === undefined || payloadType > 127) continue;
    const control = section.attributes.get('control')?.[0] ?? null;
    return {
      codec,
      payloadType,
      control,
      sets: setsOf(codec, attributeOf(section, 'fmtp', format) ?? ''),
      framerate: framerateOf(section.attributes.get('framerate')?.[0]),
    };
  }
  return null;
}

function framerateOf(text: string | undefined): number | null {
  const rate = /^\d{1,3}(?:\.\d{1,6})?$/.test(text ?? '') ? Number(text) : 0;
  return rate > 0 && rate <= 240 ? rate : null;
}

/** The value of `a=name:<format> value`. */
function attributeOf(section: Section, name: string, format: string): string | undefined {
  const value = section.attributes.get(name)?.find((entry) => entry.split(/\s/, 1)[0] === format);
  return value?.slice(format.length).trim();
}

function setsOf(codec: Codec, formatParameters: string): ParameterSets | null {
  const nals: Uint8Array[] = [];
  for (const parameter of formatParameters.split(';')) {
    const equals = parameter.indexOf('=');
    if (!parameter.slice(0, equals).trim().toLowerCase().startsWith('sprop-')) continue;
    for (const item of parameter.slice(equals + 1).split(',')) {
      const nal = Buffer.from(item.trim(), 'base64');
      if (nal.length > 0 && nal.length <= MAX_SET_BYTES) nals.push(new Uint8Array(nal));
    }
  }
  return mergeSets(codec, null, nals);
}

/** What the camera calls its encodings, made safe to show. */
function namesOf(sections: readonly Section[]): string {
  const names = sections.flatMap((section) => section.attributes.get('rtpmap') ?? section.formats);
  const shown = names
    .slice(0, 3)
    .join(', ')
    .replace(/[^\w/ ,.-]/g, '')
    .slice(0, 60);
  return shown === '' ? 'an unnamed codec' : shown;
}
