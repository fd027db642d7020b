import type { Codec } from '@pingan/models/contract';
import type { AccessUnit, ParameterSets } from '../../pipeline.ts';
import { sameBytes } from './video-format.ts';

/** Access unit delimiter, end of sequence, end of stream and filler: nothing of the picture (H.264 table 7-1, H.265 table 7-1). */
const USELESS: Record<Codec, ReadonlySet<number>> = {
  h264: new Set([9, 10, 11, 12]),
  h265: new Set([35, 36, 37, 38]),
};

function nalType(codec: Codec, nal: Uint8Array): number {
  const first = nal[0] ?? 0;
  return codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
}

/** The NAL units that a decoder needs: all but delimiters and filler. */
export function decodableNals(unit: Pick<AccessUnit, 'nals'>, codec: Codec): Uint8Array[] {
  return unit.nals.filter((nal) => nal.length > 0 && !USELESS[codec].has(nalType(codec, nal)));
}

/**
 * The NAL units of one MP4 sample for players: without delimiters and without parameter sets that the init segment already holds.
 * Parameter sets that differ stay in, because the pictures after them need them.
 */
export function sampleNals(unit: Pick<AccessUnit, 'nals'>, sets: ParameterSets): Uint8Array[] {
  const known = (nal: Uint8Array) =>
    sameBytes(nal, sets.sps) || sameBytes(nal, sets.pps) || sameBytes(nal, sets.vps);
  return decodableNals(unit, sets.codec).filter((nal) => !known(nal));
}
