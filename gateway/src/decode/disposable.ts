import type { Codec } from '@pingan/models/contract';

/**
 * Whether no other picture is predicted from this one, so that it need not be decoded when nobody asks for it: `nal_ref_idc` is 0 for
 * all its NAL units of type 1..5 (H.264 7.4.1). For H.265 it would take the highest temporal sub-layer to know: always false.
 */
export function isDisposable(nals: readonly Uint8Array[], codec: Codec): boolean {
  if (codec !== 'h264') return false;
  let slices = 0;
  for (const nal of nals) {
    const first = nal[0] ?? 0;
    const type = first & 0x1f;
    if (type === 7 || type === 8) return false;
    if (type < 1 || type > 5) continue;
    if ((first & 0x60) !== 0) return false;
    slices += 1;
  }
  return slices > 0;
}
