import type { ParameterSets } from '../../pipeline.ts';
import { MalformedParameterSetError } from './bit-reader.ts';
import type { VideoFormat } from './picture-format.ts';
import { parseH264Sps } from './sps-h264.ts';
import { parseH265Sps } from './sps-h265.ts';

export type { VideoFormat } from './picture-format.ts';

const SIDE_LIMIT = 16_384;

/**
 * Size and codec name of a stream.
 * @throws MalformedParameterSetError when the parameter sets cannot be read or name an impossible size
 */
export function videoFormat(sets: ParameterSets): VideoFormat {
  const format = sets.codec === 'h264' ? parseH264Sps(sets.sps) : parseH265Sps(sets.sps);
  const sides = [format.width, format.height];
  if (sides.some((side) => side < 16 || side > SIDE_LIMIT)) {
    throw new MalformedParameterSetError(`picture of ${format.width}×${format.height} pixels`);
  }
  return format;
}

/** Whether both describe the same stream: the same codec and the same bytes. */
export function sameParameterSets(a: ParameterSets, b: ParameterSets): boolean {
  if (a === b) return true;
  return a.codec === b.codec && sameBytes(a.sps, b.sps) && sameBytes(a.pps, b.pps) && sameBytes(a.vps, b.vps);
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
