import { type Depacketiser, FragmentBuffer, type NalSink, splitAggregate } from './depacketiser.ts';

const AP = 48;
const FU = 49;
const HEADER_BYTES = 2;

/** RFC 7798 without decoding order numbers (`sprop-max-don-diff` 0): single NAL unit (§4.4.1), AP (§4.4.2), FU (§4.4.3). */
export function depacketiseH265(sink: NalSink): Depacketiser {
  const fragments = new FragmentBuffer(sink);
  return {
    cut: () => fragments.cut(),
    push(payload) {
      const type = ((payload[0] ?? 0) >> 1) & 0x3f;
      if (type === FU) {
        pushFragment(fragments, payload, sink);
        return;
      }
      fragments.cut();
      if (payload.length <= HEADER_BYTES || type > AP) sink.onDamage();
      else if (type === AP) splitAggregate(payload, HEADER_BYTES, sink);
      else sink.onNal(new Uint8Array(payload));
    },
  };
}

function pushFragment(fragments: FragmentBuffer, payload: Uint8Array, sink: NalSink): void {
  const header = payload[HEADER_BYTES];
  if (header === undefined) {
    sink.onDamage();
    return;
  }
  if ((header & 0x80) !== 0) {
    fragments.begin([((payload[0] ?? 0) & 0x81) | ((header & 0x3f) << 1), payload[1] ?? 0]);
  }
  fragments.add(payload.subarray(HEADER_BYTES + 1));
  if ((header & 0x40) !== 0) fragments.end();
}
