/** The few times of an fMP4 that latency measuring needs (ISO/IEC 14496-12). Pure. */

type Box = { type: string; body: DataView };

const typeAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

function* boxesOf(view: DataView): Generator<Box> {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > view.byteLength) return;
    yield { type: typeAt(view, at + 4), body: new DataView(view.buffer, view.byteOffset + at + 8, size - 8) };
    at += size;
  }
}

function find(view: DataView, path: readonly string[]): DataView | null {
  const [head, ...rest] = path;
  if (head === undefined) return view;
  for (const box of boxesOf(view)) if (box.type === head) return find(box.body, rest);
  return null;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Ticks per second of the (only) track of an initialisation segment; null when it cannot be read (§8.4.2 mdhd). */
export function timescaleOf(init: Uint8Array): number | null {
  const mdhd = find(viewOf(init), ['moov', 'trak', 'mdia', 'mdhd']);
  const at = mdhd !== null && mdhd.byteLength > 0 && mdhd.getUint8(0) === 1 ? 20 : 12;
  if (mdhd === null || mdhd.byteLength < at + 4) return null;
  const timescale = mdhd.getUint32(at);
  return timescale > 0 ? timescale : null;
}

/** Composition offset of the first sample, in ticks; 0 when the fragment has none (§8.8.8 trun). */
function compositionOffset(trun: DataView | null): number {
  if (trun === null || trun.byteLength < 8) return 0;
  const flags = trun.getUint32(0) & 0xffffff;
  if ((flags & 0x800) === 0) return 0;
  let at = 8;
  for (const flag of [0x1, 0x4, 0x100, 0x200, 0x400]) if (flags & flag) at += 4;
  return trun.byteLength >= at + 4 ? trun.getInt32(at) : 0;
}

/** Presentation time of a fragment's first sample, in ticks; null when it cannot be read (§8.8.12 tfdt). */
export function presentationTicksOf(fragment: Uint8Array): number | null {
  const view = viewOf(fragment);
  const tfdt = find(view, ['moof', 'traf', 'tfdt']);
  if (tfdt === null || tfdt.byteLength < 8) return null;
  const isLong = tfdt.getUint8(0) === 1;
  if (isLong && tfdt.byteLength < 12) return null;
  const decode = isLong ? Number(tfdt.getBigUint64(4)) : tfdt.getUint32(4);
  return decode + compositionOffset(find(view, ['moof', 'traf', 'trun']));
}
