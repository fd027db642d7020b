import type { MediaProfile, VideoChannel } from '../../pipeline.ts';
import { find, findAll, textOf, type XmlElement } from '../soap/xml.ts';

/** Profiles read of one device: 64 channels of two streams each. */
const PROFILE_LIMIT = 128;

/** ONVIF's names of encodings: `H264`, `H.265`, `HEVC`, `video/H265`. */
export function codecOf(encoding: string): MediaProfile['codec'] {
  const name = encoding.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (name.endsWith('H264')) return 'h264';
  return name.endsWith('H265') || name.endsWith('HEVC') ? 'h265' : 'other';
}

/** A number in an element or attribute; undefined when absent, no number or not above 0. */
function positive(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) && value > 0 && value < 1e7 ? value : undefined;
}

/** Settings of a video encoder configuration, ver10 (`H264/GovLength`) and ver20 (attribute `GovLength`) alike. */
function encoderFacts(encoder: XmlElement) {
  const resolution = find(encoder, 'Resolution');
  const fps = positive(textOf(encoder, 'FrameRateLimit'));
  const bitrateKbps = positive(textOf(encoder, 'BitrateLimit'));
  const gopLength = positive(textOf(encoder, 'GovLength')) ?? positive(encoder.attributes.get('GovLength'));
  const encoderToken = encoder.attributes.get('token')?.slice(0, 64);
  return {
    codec: codecOf(textOf(encoder, 'Encoding')),
    width: Math.round((resolution && positive(textOf(resolution, 'Width'))) ?? 0),
    height: Math.round((resolution && positive(textOf(resolution, 'Height'))) ?? 0),
    ...(fps === undefined ? {} : { fps }),
    ...(bitrateKbps === undefined ? {} : { bitrateKbps }),
    ...(gopLength === undefined ? {} : { gopLength: Math.round(gopLength) }),
    ...(encoderToken ? { encoderToken } : {}),
  };
}

/** Profiles of a GetProfiles answer that have a video encoder. @param encoderName element name: it differs between ver10 and ver20 */
export function readProfiles(body: XmlElement, encoderName: string): MediaProfile[] {
  return findAll(body, 'Profiles')
    .slice(0, PROFILE_LIMIT)
    .flatMap((profile) => {
      const token = (profile.attributes.get('token') ?? '').slice(0, 64);
      const encoder = find(profile, encoderName);
      if (token === '' || !encoder) return [];
      const name = profile.children.find((child) => child.name === 'Name')?.text || token;
      const sourceToken = textOf(profile, 'SourceToken').slice(0, 64);
      return [
        {
          token,
          name: name.slice(0, 128),
          ...encoderFacts(encoder),
          ...(sourceToken ? { sourceToken } : {}),
        },
      ];
    });
}

/** Profiles by the lens they show, in order of appearance: an NVR's channels. */
export function channelsOf(profiles: readonly MediaProfile[]): VideoChannel[] {
  const bySource = Map.groupBy(profiles, ({ sourceToken }) => sourceToken ?? '');
  return [...bySource].map(([sourceToken, own]) => ({ sourceToken, profiles: own }));
}
