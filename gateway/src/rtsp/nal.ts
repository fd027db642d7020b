import type { Codec } from '@pingan/models/contract';

/** What a NAL unit is to us. `other` is delimiters, SEI and all the rest. */
export type NalRole = 'key' | 'slice' | 'vps' | 'sps' | 'pps' | 'other';

/** H.264: Rec. ITU-T H.264 table 7-1. */
function roleOfH264(type: number): NalRole {
  if (type === 5) return 'key';
  if (type >= 1 && type <= 4) return 'slice';
  if (type === 7) return 'sps';
  return type === 8 ? 'pps' : 'other';
}

/** H.265: Rec. ITU-T H.265 table 7-1; types 16..21 are IRAP pictures. */
function roleOfH265(type: number): NalRole {
  if (type >= 16 && type <= 21) return 'key';
  if (type <= 15) return 'slice';
  if (type === 32) return 'vps';
  if (type === 33) return 'sps';
  return type === 34 ? 'pps' : 'other';
}

export function nalRole(codec: Codec, nal: Uint8Array): NalRole {
  const first = nal[0] ?? 0;
  return codec === 'h264' ? roleOfH264(first & 0x1f) : roleOfH265((first >> 1) & 0x3f);
}

/** True for a slice that begins a picture: `first_mb_in_slice` 0 (H.264 7.3.3), `first_slice_segment_in_pic_flag` (H.265 7.3.6.1). */
export function startsPicture(codec: Codec, nal: Uint8Array): boolean {
  return ((nal[codec === 'h264' ? 1 : 2] ?? 0) & 0x80) !== 0;
}
