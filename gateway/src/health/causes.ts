import {
  CAUSE_LAYERS,
  type CauseLayer,
  type Causes,
  FAULT_LAYERS,
  type PacketHealth,
  type StreamState,
} from '@pingan/models/contract';

export type CameraFacts = {
  state: StreamState;
  packets?: PacketHealth | undefined;
  /** Verdict of picture health; null while there is none. */
  isPictureGood: boolean | null;
};

/**
 * What is wrong with a camera, the outermost layer first: the fault of its stream; a clock that is off; a picture that is not good.
 * A layer behind a fault cannot be judged and is not named.
 */
export function causesOf({ state, packets, isPictureGood }: CameraFacts): Causes {
  const found = new Set<CauseLayer>();
  if (state.kind === 'failed') found.add(FAULT_LAYERS[state.fault]);
  if (packets?.findings?.includes('clock-wrong')) found.add('clock');
  if (state.kind === 'streaming' && isPictureGood === false) found.add('picture');
  return CAUSE_LAYERS.filter((layer) => found.has(layer));
}
