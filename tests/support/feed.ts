import { setTimeout as wait } from 'node:timers/promises';
import type { AccessUnit } from '../../gateway/src/pipeline.ts';
import { type CodedClip, later } from './access-units.ts';

/** Plays a clip in a loop at `speed` times its rate until the signal aborts; units carry the times of an even loop. */
export async function feed(
  clip: CodedClip,
  { speed, signal, onUnit }: { speed: number; signal: AbortSignal; onUnit(unit: AccessUnit): void },
): Promise<void> {
  const [first, second] = clip.units;
  if (first === undefined || second === undefined) throw new Error('a clip needs two access units');
  const periodMs = second.monotonicMs - first.monotonicMs;
  const lengthSeconds = (clip.units.length * periodMs) / 1000;
  for (let index = 0; !signal.aborted; index += 1) {
    const unit = clip.units[index % clip.units.length];
    if (unit !== undefined) onUnit(later(unit, Math.floor(index / clip.units.length) * lengthSeconds));
    await wait(periodMs / speed, undefined, { signal }).catch(() => {});
  }
}
