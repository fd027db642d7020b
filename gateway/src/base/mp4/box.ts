/** ISO/IEC 14496-12 boxes from their parts; numbers are big-endian. */
export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = 8 + parts.reduce((total, part) => total + part.length, 0);
  return Buffer.concat([u32(size), Buffer.from(type, 'latin1'), ...parts], size);
}

/** A box with version and flags. */
export function fullBox(
  type: string,
  { version = 0, flags = 0 }: { version?: number; flags?: number },
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return box(type, u32(version * 2 ** 24 + flags), ...parts);
}

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

export function u16(...values: readonly number[]): Uint8Array {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    buffer.writeUInt16BE(value, index * 2);
  });
  return buffer;
}

export function u32(...values: readonly number[]): Uint8Array {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    buffer.writeUInt32BE(value, index * 4);
  });
  return buffer;
}
