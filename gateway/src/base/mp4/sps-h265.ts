import { BitReader, MalformedParameterSetError } from './bit-reader.ts';
import type { VideoFormat } from './picture-format.ts';

/** The part of profile_tier_level that the configuration record repeats. */
export type H265Profile = {
  space: number;
  tier: number;
  profile: number;
  /** 32 flags, first flag in the highest bit. */
  compatibility: number;
  /** Six bytes of constraint flags. */
  constraints: readonly number[];
  level: number;
  subLayers: number;
  temporalIdNested: boolean;
};
export type H265Format = VideoFormat & { h265: H265Profile };

const SIDE_LIMIT = 16_384;

/**
 * Reads an H.265 sequence parameter set (ITU-T H.265 7.3.2.2.1) up to the bit depths.
 * @param sps the NAL unit with its two header bytes, without start code
 * @throws MalformedParameterSetError
 */
export function parseH265Sps(sps: Uint8Array): H265Format {
  if ((((sps[0] ?? 0) >> 1) & 0x3f) !== 33) throw new MalformedParameterSetError('not an H.265 SPS');
  const reader = new BitReader(sps, 2);
  const h265 = readProfile(reader);
  reader.ue('sps_seq_parameter_set_id', 15);
  const format = reader.ue('chroma_format_idc', 3);
  const separate = format === 3 && reader.flag();
  const array = separate ? 0 : format;
  const codedWidth = reader.ue('pic_width_in_luma_samples', SIDE_LIMIT);
  const codedHeight = reader.ue('pic_height_in_luma_samples', SIDE_LIMIT);
  const window = readConformanceWindow(reader);
  return {
    codec: 'h265',
    width: codedWidth - window.horizontal * (array === 1 || array === 2 ? 2 : 1),
    height: codedHeight - window.vertical * (array === 1 ? 2 : 1),
    mimeCodec: mimeCodec(h265),
    chromaFormat: format,
    bitDepthLuma: reader.ue('bit_depth_luma_minus8', 8) + 8,
    bitDepthChroma: reader.ue('bit_depth_chroma_minus8', 8) + 8,
    h265,
  };
}

function readProfile(reader: BitReader): H265Profile {
  reader.skip(4);
  const extraSubLayers = reader.bits(3);
  if (extraSubLayers > 6) throw new MalformedParameterSetError('sps_max_sub_layers_minus1 is 7');
  const temporalIdNested = reader.flag();
  const profile = {
    space: reader.bits(2),
    tier: reader.bit(),
    profile: reader.bits(5),
    compatibility: reader.bits(32),
    constraints: Array.from({ length: 6 }, () => reader.bits(8)),
    level: reader.bits(8),
    subLayers: extraSubLayers + 1,
    temporalIdNested,
  };
  skipSubLayers(reader, extraSubLayers);
  return profile;
}

function skipSubLayers(reader: BitReader, count: number): void {
  if (count === 0) return;
  const present = Array.from({ length: count }, () => ({ profile: reader.flag(), level: reader.flag() }));
  reader.skip((8 - count) * 2);
  for (const layer of present) reader.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0));
}

function readConformanceWindow(reader: BitReader): { horizontal: number; vertical: number } {
  if (!reader.flag()) return { horizontal: 0, vertical: 0 };
  const [left, right, top, bottom] = ['left', 'right', 'top', 'bottom'].map((side) =>
    reader.ue(`conf_win_${side}_offset`, SIDE_LIMIT),
  );
  return { horizontal: (left ?? 0) + (right ?? 0), vertical: (top ?? 0) + (bottom ?? 0) };
}

/** ISO/IEC 14496-15 Annex E.3: compatibility flags in reverse bit order, trailing zero constraint bytes left out. */
function mimeCodec({ space, profile, compatibility, tier, level, constraints }: H265Profile): string {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) reversed = reversed * 2 + (Math.floor(compatibility / 2 ** bit) % 2);
  const used = constraints.slice(0, constraints.findLastIndex((byte) => byte !== 0) + 1);
  return [
    'hvc1',
    `${['', 'A', 'B', 'C'][space]}${profile}`,
    reversed.toString(16).toUpperCase(),
    `${tier === 1 ? 'H' : 'L'}${level}`,
    ...used.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}
