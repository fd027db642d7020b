import { inflateRawSync } from 'node:zlib';

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const COMMENT_LIMIT = 65_535;
const ENTRY_BYTES = 46;
const HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - END_BYTES - COMMENT_LIMIT); at -= 1) {
    if (zip.readUInt32LE(at) === DIRECTORY_END) return at;
  }
  throw new Error('this is no zip file');
}

/** Bytes that an entry really unpacks to, whatever its header says; throws above `limit`. */
function unpackedSize(zip: Buffer, entry: number, limit: number): number {
  const method = zip.readUInt16LE(entry + 10);
  const packed = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  const start = header + HEADER_BYTES + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new Error('the zip file is packed in an unknown way');
  if (limit <= 0) throw new RangeError('the zip file unpacks to too much');
  return inflateRawSync(zip.subarray(start, start + packed), { maxOutputLength: limit }).length;
}

/** Throws when a zip file unpacks to more than `limit` bytes in all: a few kilobytes can hold gigabytes. */
export function checkZip(bytes: Uint8Array, limit: number): void {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  let left = limit;
  for (let i = 0; i < count; i += 1) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the zip file is damaged');
    left -= unpackedSize(zip, at, left);
    if (left < 0) throw new RangeError('the zip file unpacks to too much');
    at += ENTRY_BYTES + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}
