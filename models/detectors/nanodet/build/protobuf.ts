/** Encoder for the few protobuf wire types that ONNX files need (protobuf.dev/programming-guides/encoding). */

const encoder = new TextEncoder();

/** Base-128 varint of a non-negative number, or of a negative one as 64-bit two's complement. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const tag = (field: number, wireType: 0 | 2 | 5): Uint8Array => varint((field << 3) | wireType);

/** Joins byte runs into one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** int32, int64, bool and enum fields. */
export const integer = (field: number, value: number | bigint): Uint8Array =>
  concat([tag(field, 0), varint(value)]);

/** string, bytes and embedded message fields; several parts make one message. */
export function block(field: number, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const body = concat(parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part)));
  return concat([tag(field, 2), varint(body.length), body]);
}

/** float fields. */
export function float(field: number, value: number): Uint8Array {
  const body = new Uint8Array(4);
  new DataView(body.buffer).setFloat32(0, value, true);
  return concat([tag(field, 5), body]);
}
