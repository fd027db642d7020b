import { BitReader, MalformedParameterSetError } from './bit-reader.ts';
import type { VideoFormat } from './picture-format.ts';

/** Profiles whose SPS carries chroma format, bit depth and scaling lists (H.264 7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const MACROBLOCK_LIMIT = 1024;

/**
 * Reads an H.264 sequence parameter set (ITU-T H.264 7.3.2.1.1) up to the cropping rectangle.
 * @param sps the NAL unit with its header byte, without start code
 * @throws MalformedParameterSetError
 */
export function parseH264Sps(sps: Uint8Array): VideoFormat {
  if (((sps[0] ?? 0) & 0x1f) !== 7) throw new MalformedParameterSetError('not an H.264 SPS');
  const reader = new BitReader(sps, 1);
  const profile = reader.bits(8);
  const constraints = reader.bits(8);
  const level = reader.bits(8);
  reader.ue('seq_parameter_set_id', 31);
  const colour = readColour(reader, profile);
  skipReferenceOrder(reader);
  const columns = reader.ue('pic_width_in_mbs_minus1', MACROBLOCK_LIMIT) + 1;
  const rows = reader.ue('pic_height_in_map_units_minus1', MACROBLOCK_LIMIT) + 1;
  const fieldsPerRow = reader.flag() ? 1 : 2;
  if (fieldsPerRow === 2) reader.skip(1);
  reader.skip(1);
  const crop = readCrop(reader);
  const unitX = colour.array === 1 || colour.array === 2 ? 2 : 1;
  const unitY = (colour.array === 1 ? 2 : 1) * fieldsPerRow;
  return {
    codec: 'h264',
    width: columns * 16 - crop.horizontal * unitX,
    height: rows * 16 * fieldsPerRow - crop.vertical * unitY,
    mimeCodec: `avc1.${[profile, constraints, level].map(hexByte).join('')}`,
    chromaFormat: colour.format,
    bitDepthLuma: colour.luma,
    bitDepthChroma: colour.chroma,
  };
}

/** `array` is ChromaArrayType: 0 for separately coded planes. */
type Colour = { format: number; array: number; luma: number; chroma: number };

function readColour(reader: BitReader, profile: number): Colour {
  if (!HIGH_PROFILES.has(profile)) return { format: 1, array: 1, luma: 8, chroma: 8 };
  const format = reader.ue('chroma_format_idc', 3);
  const separate = format === 3 && reader.flag();
  const luma = reader.ue('bit_depth_luma_minus8', 6) + 8;
  const chroma = reader.ue('bit_depth_chroma_minus8', 6) + 8;
  reader.skip(1);
  if (reader.flag()) skipScalingLists(reader, format === 3 ? 12 : 8);
  return { format, array: separate ? 0 : format, luma, chroma };
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!reader.flag()) continue;
    const size = list < 6 ? 16 : 64;
    let last = 8;
    for (let index = 0; index < size; index += 1) {
      const next = (last + reader.se('delta_scale') + 256) % 256;
      if (next === 0) break;
      last = next;
    }
  }
}

function skipReferenceOrder(reader: BitReader): void {
  reader.ue('log2_max_frame_num_minus4', 12);
  const orderType = reader.ue('pic_order_cnt_type', 2);
  if (orderType === 0) reader.ue('log2_max_pic_order_cnt_lsb_minus4', 12);
  if (orderType === 1) {
    reader.skip(1);
    reader.se('offset_for_non_ref_pic');
    reader.se('offset_for_top_to_bottom_field');
    const cycle = reader.ue('num_ref_frames_in_pic_order_cnt_cycle', 255);
    for (let index = 0; index < cycle; index += 1) reader.se('offset_for_ref_frame');
  }
  reader.ue('max_num_ref_frames', 16);
  reader.skip(1);
}

function readCrop(reader: BitReader): { horizontal: number; vertical: number } {
  if (!reader.flag()) return { horizontal: 0, vertical: 0 };
  const [left, right, top, bottom] = ['left', 'right', 'top', 'bottom'].map((side) =>
    reader.ue(`frame_crop_${side}_offset`, 16_384),
  );
  return { horizontal: (left ?? 0) + (right ?? 0), vertical: (top ?? 0) + (bottom ?? 0) };
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
