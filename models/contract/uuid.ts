/**
 * A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits, so ids sort by time of birth.
 * @param nowMs wall time, ms since the epoch, 0 .. 2^48-1
 * @param random ten random bytes
 */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) {
    throw new RangeError(`uuidV7: nowMs must be an integer in 0..2^48-1, got ${nowMs}`);
  }
  if (random.length < 10) throw new RangeError('uuidV7: ten random bytes are needed');
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
