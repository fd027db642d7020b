import { TRACK_ID } from './init-segment.ts';

/** Where a sample stands on the track's time line, in ticks of 90 kHz. */
export type SampleTiming = {
  /** Grows from sample to sample. */
  decodeTime: number;
  /** Presentation minus decode time; may be negative. */
  compositionOffset: number;
  duration: number;
};

export type FragmentOptions = {
  /** Grows by one with every fragment. */
  sequence: number;
  timing: SampleTiming;
  key: boolean;
  /** Without start codes or lengths. */
  nals: readonly Uint8Array[];
};

/** sample_depends_on = 2 (others), and 1 with sample_is_non_sync_sample (ISO/IEC 14496-12 8.8.3.1). */
const KEY_FLAGS = 0x02000000;
const DELTA_FLAGS = 0x01010000;
const TRUN_FLAGS = 0x01000f01;
const MOOF_BYTES = 8 + 16 + 8 + 16 + 20 + 36;

/** One access unit as `moof` + `mdat`, written in one pass: header of fixed size, then length-prefixed NAL units. */
export function fragment({ sequence, timing, key, nals }: FragmentOptions): Uint8Array {
  const size = nals.reduce((total, nal) => total + 4 + nal.length, 0);
  const writer = new Writer(MOOF_BYTES + 8 + size);
  writer.box(MOOF_BYTES, 'moof');
  writer.box(16, 'mfhd').u32(0, sequence);
  writer.box(MOOF_BYTES - 24, 'traf');
  writer.box(16, 'tfhd').u32(0x020000, TRACK_ID);
  writer.box(20, 'tfdt').u32(0x01000000, Math.floor(timing.decodeTime / 2 ** 32), timing.decodeTime);
  writer.box(36, 'trun').u32(TRUN_FLAGS, 1, MOOF_BYTES + 8);
  writer.u32(timing.duration, size, key ? KEY_FLAGS : DELTA_FLAGS, timing.compositionOffset);
  writer.box(8 + size, 'mdat');
  for (const nal of nals) writer.u32(nal.length).raw(nal);
  return writer.bytes;
}

class Writer {
  readonly bytes: Buffer;
  #position = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  box(size: number, type: string): this {
    this.u32(size);
    this.#position += this.bytes.write(type, this.#position, 'latin1');
    return this;
  }

  /** The lower 32 bits of each, two's complement. */
  u32(...values: readonly number[]): this {
    for (const value of values) this.#position = this.bytes.writeInt32BE(value | 0, this.#position);
    return this;
  }

  raw(data: Uint8Array): this {
    this.bytes.set(data, this.#position);
    this.#position += data.length;
    return this;
  }
}
