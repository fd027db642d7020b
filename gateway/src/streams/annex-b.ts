import type { Codec } from '@pingan/models/contract';

/** What a NAL unit is to the grouping of pictures. A `boundary` may only stand before the first slice of a picture. */
export type NalRole = 'key' | 'slice' | 'vps' | 'sps' | 'pps' | 'boundary' | 'other';

/** H.264: Rec. ITU-T H.264 table 7-1 and 7.4.1.2.3. H.265: Rec. ITU-T H.265 table 7-1 and 7.4.2.4.4. */
const ROLES: Record<Codec, ReadonlyMap<number, NalRole>> = {
  h264: new Map<number, NalRole>([
    [1, 'slice'],
    [2, 'slice'],
    [5, 'key'],
    [6, 'boundary'],
    [7, 'sps'],
    [8, 'pps'],
    [9, 'boundary'],
  ]),
  h265: new Map<number, NalRole>([
    ...Array.from({ length: 10 }, (_, type): [number, NalRole] => [type, 'slice']),
    ...[16, 17, 18, 19, 20, 21].map((type): [number, NalRole] => [type, 'key']),
    [32, 'vps'],
    [33, 'sps'],
    [34, 'pps'],
    [35, 'boundary'],
    [39, 'boundary'],
  ]),
};

export function annexBRole(codec: Codec, nal: Uint8Array): NalRole {
  const first = nal[0] ?? 0;
  return ROLES[codec].get(codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f) ?? 'other';
}

export type AnnexBPicture = { nals: Uint8Array[]; key: boolean };

const MAX_PICTURE_BYTES = 8 * 1024 * 1024;
const START_CODE = Buffer.from([0, 0, 1]);

/**
 * Cuts an Annex B byte stream, in chunks of any size, into pictures. A picture is known to be whole only when the next one begins, so
 * each comes out one picture late. One beyond 8 MB is dropped.
 */
export class AnnexBSplitter {
  readonly #codec: Codec;
  readonly #onPicture: (picture: AnnexBPicture) => void;
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of `held` already searched for the next start code. */
  #searched = 0;
  #isInNal = false;
  #nals: Uint8Array[] = [];
  #bytes = 0;
  #hasSlice = false;
  #key = false;

  constructor(codec: Codec, onPicture: (picture: AnnexBPicture) => void) {
    this.#codec = codec;
    this.#onPicture = onPicture;
  }

  push(chunk: Buffer): void {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let start = 0;
    let code = data.indexOf(START_CODE, this.#searched);
    for (; code >= 0; code = data.indexOf(START_CODE, code + 3)) {
      if (this.#isInNal) this.#add(data.subarray(start, code));
      this.#isInNal = true;
      start = code + 3;
    }
    if (data.length - start > MAX_PICTURE_BYTES) {
      this.#isInNal = false;
      this.#bytes = MAX_PICTURE_BYTES + 1;
    }
    this.#held = this.#isInNal ? data.subarray(start) : data.subarray(Math.max(start, data.length - 2));
    this.#searched = Math.max(0, this.#held.length - 2);
  }

  #add(bytes: Buffer): void {
    const nal = withoutTrailingZeros(bytes);
    if (nal.length === 0) return;
    const role = annexBRole(this.#codec, nal);
    const isSlice = role === 'slice' || role === 'key';
    if (this.#hasSlice && role !== 'other' && (!isSlice || this.#startsPicture(nal))) this.#flush();
    this.#bytes += nal.length;
    if (this.#bytes <= MAX_PICTURE_BYTES) this.#nals.push(nal);
    this.#hasSlice ||= isSlice;
    this.#key ||= role === 'key';
  }

  /** `first_mb_in_slice` is 0, or `first_slice_segment_in_pic_flag`: both are the first bit behind the NAL header. */
  #startsPicture(nal: Uint8Array): boolean {
    return ((nal[this.#codec === 'h264' ? 1 : 2] ?? 0) & 0x80) !== 0;
  }

  #flush(): void {
    const picture = { nals: this.#nals, key: this.#key };
    const isWhole = this.#bytes <= MAX_PICTURE_BYTES;
    this.#nals = [];
    this.#bytes = 0;
    this.#hasSlice = false;
    this.#key = false;
    if (isWhole) this.#onPicture(picture);
  }
}

/** A NAL unit never ends in a zero byte (H.264 7.4.1): zeros there belong to the next start code. The copy frees the chunk. */
function withoutTrailingZeros(bytes: Buffer): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return new Uint8Array(bytes.subarray(0, end));
}
