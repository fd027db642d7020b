import type { Codec } from '@pingan/models/contract';
import { sameParameterSets } from '../base/mp4/index.ts';
import type { ParameterSets } from '../pipeline.ts';
import { type NalRole, nalRole } from './nal.ts';

/**
 * The parameter sets in force after these NAL units. Only the first of each kind counts: pictures may carry several PPS, always in
 * the same order, and the decoder gets all of them in band.
 * @returns null until all that the codec needs are known
 */
export function mergeSets(
  codec: Codec,
  known: ParameterSets | null,
  nals: readonly Uint8Array[],
): ParameterSets | null {
  const first = (role: NalRole) => nals.find((nal) => nalRole(codec, nal) === role);
  const sps = first('sps') ?? known?.sps;
  const pps = first('pps') ?? known?.pps;
  if (sps === undefined || pps === undefined) return null;
  if (codec === 'h264') return { codec, sps, pps };
  const vps = first('vps') ?? known?.vps;
  return vps === undefined ? null : { codec, vps, sps, pps };
}

/** Follows the parameter sets of a stream, from the session description and in band. */
export class ParameterSetTracker {
  readonly #codec: Codec;
  #sets: ParameterSets | null;

  constructor(codec: Codec, announced: ParameterSets | null) {
    this.#codec = codec;
    this.#sets = announced;
  }

  get sets(): ParameterSets | null {
    return this.#sets;
  }

  /** @returns the new sets when these NAL units change them, else null */
  observe(nals: readonly Uint8Array[]): ParameterSets | null {
    const sets = mergeSets(this.#codec, this.#sets, nals);
    if (sets === null || (this.#sets !== null && sameParameterSets(sets, this.#sets))) return null;
    this.#sets = sets;
    return sets;
  }
}
