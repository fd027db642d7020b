import { type Depacketiser, FragmentBuffer, type NalSink, splitAggregate } from './depacketiser.ts';

const STAP_A = 24;
const FU_A = 28;

/** RFC 6184, packetization modes 0 and 1: single NAL unit (§5.6), STAP-A (§5.7.1), FU-A (§5.8). */
export function depacketiseH264(sink: NalSink): Depacketiser {
  const fragments = new FragmentBuffer(sink);
  return {
    cut: () => fragments.cut(),
    push(payload) {
      const indicator = payload[0] ?? 0;
      const type = indicator & 0x1f;
      if (type === FU_A) {
        pushFragment(fragments, payload, sink);
        return;
      }
      fragments.cut();
      if (type === STAP_A) splitAggregate(payload, 1, sink);
      else if (type >= 1 && type <= 23) sink.onNal(new Uint8Array(payload));
      else sink.onDamage();
    },
  };
}

function pushFragment(fragments: FragmentBuffer, payload: Uint8Array, sink: NalSink): void {
  const header = payload[1];
  if (header === undefined) {
    sink.onDamage();
    return;
  }
  if ((header & 0x80) !== 0) fragments.begin([((payload[0] ?? 0) & 0xe0) | (header & 0x1f)]);
  fragments.add(payload.subarray(2));
  if ((header & 0x40) !== 0) fragments.end();
}
