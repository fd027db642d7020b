import type { Codec } from '@pingan/models/contract';
import type { AccessUnit, ParameterSets } from '../../pipeline.ts';
import { sameBytes } from './video-format.ts';

/** Access unit delimiter, end of sequence, end of stream and filler: nothing of the picture (H.264 table 7-1, H.265 table 7-1). */
const USELESS: Record<Codec, ReadonlySet<number>> = {
  h264: new Set([9, 10, 11, 12]),
  h265: new Set([35, 36, 37, 38]),
};

export function nalType(codec: Codec, nal: Uint8Array): number {
  const first = nal[0] ?? 0;
  return codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
}

/**
 * The NAL units of one MP4 sample: without delimiters and without parameter sets that the init segment already holds.
 * Parameter sets that differ stay in, because the pictures after them need them.
 */
export function sampleNals(unit: Pick<AccessUnit, 'nals'>, sets: ParameterSets): Uint8Array[] {
  return unit.nals.filter((nal) => {
    if (nal.length === 0 || USELESS[sets.codec].has(nalType(sets.codec, nal))) return false;
    return !(sameBytes(nal, sets.sps) || sameBytes(nal, sets.pps) || sameBytes(nal, sets.vps));
  });
}
