export type VideoCodec = 'h264' | 'h265';

/** One picture's NAL units in decoding order, without start codes. */
export interface NalGroup {
  readonly nals: readonly Buffer[];
  readonly isKey: boolean;
}

/** What a NAL unit is to the grouping of pictures. `boundary` = may only stand before the first slice of a picture. */
type NalRole = 'slice' | 'key-slice' | 'boundary' | 'other';

interface CodecRules {
  readonly headerBytes: number;
  typeOf(nal: Buffer): number;
  roleOf(type: number): NalRole;
}

/** H.264: Rec. ITU-T H.264 table 7-1. H.265: Rec. ITU-T H.265 table 7-1. */
export const codecRules: Readonly<Record<VideoCodec, CodecRules>> = {
  h264: {
    headerBytes: 1,
    typeOf: (nal) => (nal[0] ?? 0) & 0x1f,
    roleOf: (type) => {
      if (type === 5) return 'key-slice';
      if (type >= 1 && type <= 4) return 'slice';
      return type >= 6 && type <= 9 ? 'boundary' : 'other';
    },
  },
  h265: {
    headerBytes: 2,
    typeOf: (nal) => ((nal[0] ?? 0) >> 1) & 0x3f,
    roleOf: (type) => {
      if (type >= 16 && type <= 21) return 'key-slice';
      if (type < 32) return 'slice';
      return type <= 35 || type === 39 ? 'boundary' : 'other';
    },
  },
};

/** Splits an Annex B byte stream (start codes 00 00 01 or 00 00 00 01) into NAL units; the views share the stream's memory. */
export function splitNals(stream: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let start = -1;
  for (let code = stream.indexOf(START_CODE); code >= 0; code = stream.indexOf(START_CODE, code + 3)) {
    if (start >= 0) nals.push(withoutTrailingZeros(stream.subarray(start, code)));
    start = code + 3;
  }
  if (start >= 0) nals.push(withoutTrailingZeros(stream.subarray(start)));
  return nals.filter((nal) => nal.length > 0);
}

const START_CODE = Buffer.from([0, 0, 1]);

/** A NAL unit never ends in a zero byte (7.4.1): zeros there belong to the next start code or are padding. */
function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}

/**
 * Groups NAL units into pictures. A picture ends where, after one of its slices, a parameter set, SEI or delimiter comes, or a slice
 * whose first bit says "first in the picture" (first_mb_in_slice = 0 as ue(v), or first_slice_segment_in_pic_flag).
 */
export function groupPictures(nals: readonly Buffer[], codec: VideoCodec): NalGroup[] {
  const rules = codecRules[codec];
  const groups: { nals: Buffer[]; isKey: boolean; hasSlice: boolean }[] = [];
  for (const nal of nals) {
    const role = rules.roleOf(rules.typeOf(nal));
    const isSlice = role === 'slice' || role === 'key-slice';
    const isFirstSlice = isSlice && ((nal[rules.headerBytes] ?? 0) & 0x80) !== 0;
    let group = groups.at(-1);
    if (group === undefined || (group.hasSlice && (role === 'boundary' || isFirstSlice))) {
      group = { nals: [], isKey: false, hasSlice: false };
      groups.push(group);
    }
    group.nals.push(nal);
    group.hasSlice ||= isSlice;
    group.isKey ||= role === 'key-slice';
  }
  return groups.filter((group) => group.hasSlice);
}
