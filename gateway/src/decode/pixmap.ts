export type Pixmap = {
  width: number;
  height: number;
  /** Packed RGB24. */
  rgb: Uint8Array;
  /** Of the whole pixmap, header included. */
  bytes: number;
};

const HEADER = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/;
const HEADER_LIMIT_BYTES = 32;

/** The binary portable pixmap (PPM, `P6`) at the start of `data`; null when it is none or not whole. */
export function parsePixmap(data: Uint8Array): Pixmap | null {
  const match = HEADER.exec(Buffer.from(data.subarray(0, HEADER_LIMIT_BYTES)).toString('latin1'));
  if (match === null) return null;
  const [header, width, height] = [match[0].length, Number(match[1]), Number(match[2])];
  const bytes = header + width * height * 3;
  if (width === 0 || height === 0 || data.length < bytes) return null;
  return { width, height, rgb: data.subarray(header, bytes), bytes };
}
