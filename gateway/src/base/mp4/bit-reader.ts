/** A parameter set that cannot be read: truncated, out of range or of a kind that no player takes. */
export class MalformedParameterSetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedParameterSetError';
  }
}

/** Real parameter sets are under 200 bytes; scaling lists and VUI can make them a few hundred. */
const LIMIT_BYTES = 4096;

/**
 * Reads the bits of a NAL unit's payload: removes emulation prevention bytes (H.264 7.3.1, H.265 7.3.1.1) and refuses
 * to read past the end, so that every parser built on it ends.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  /** @param skipBytes length of the NAL unit header: 1 for H.264, 2 for H.265 */
  constructor(nal: Uint8Array, skipBytes: number) {
    if (nal.length > LIMIT_BYTES)
      throw new MalformedParameterSetError(`parameter set of ${nal.length} bytes`);
    this.#bytes = withoutEmulationPrevention(nal, skipBytes);
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined) throw new MalformedParameterSetError('parameter set ends too early');
    const value = (byte >> (7 - (this.#position & 7))) & 1;
    this.#position += 1;
    return value;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** Unsigned, `count` ≤ 48 bits. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.#position += count;
  }

  /** Unsigned Exp-Golomb (H.264 9.1); a value over `max` is an error naming the field. */
  ue(field: string, max: number): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 32) throw new MalformedParameterSetError(`${field} is no Exp-Golomb code`);
    }
    const value = 2 ** zeros - 1 + this.bits(zeros);
    if (value > max) throw new MalformedParameterSetError(`${field} is ${value}, at most ${max} is allowed`);
    return value;
  }

  /** Signed Exp-Golomb (H.264 9.1.1). */
  se(field: string): number {
    const code = this.ue(field, 2 ** 32);
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

function withoutEmulationPrevention(nal: Uint8Array, skipBytes: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, nal.length - skipBytes));
  let length = 0;
  let zeros = 0;
  for (const byte of nal.subarray(skipBytes)) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}
