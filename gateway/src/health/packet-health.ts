import type { PacketHealth } from '@pingan/models/contract';
import type { PacketFacts } from '../pipeline.ts';

type Counter = 'packets' | 'bytes' | 'lost' | 'reordered' | 'accessUnits' | 'corruptUnits' | 'timestampJumps';

const MAX_OFFSET_MS = 6.4e12;

const clamp = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;

/**
 * Packet health of one measuring window from the counters at its start and end. Counters that went down belong to a new session and
 * count from zero, as they do with no start (`null`).
 * @param seconds length of the window; a window of no length has no rates
 * @returns rates within the contract's bounds; `lossRatio` = lost / (lost + received)
 */
export function packetHealth(
  previous: PacketFacts | null,
  facts: PacketFacts,
  seconds: number,
): PacketHealth {
  const isNewSession = previous === null || facts.packets < previous.packets || facts.bytes < previous.bytes;
  const gained = (counter: Counter) => Math.max(0, facts[counter] - (isNewSession ? 0 : previous[counter]));
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : 0);
  const lost = gained('lost');
  const whole = (amount: number) => Math.round(clamp(amount, 0, Number.MAX_SAFE_INTEGER));
  const { clockOffsetMs, gopMs } = facts;
  return {
    fps: clamp(perSecond(gained('accessUnits')), 0, 1000),
    bitrateKbps: clamp(perSecond(gained('bytes')) * 0.008, 0, 1e7),
    gopLength: whole(facts.gopLength),
    lossRatio: lost > 0 ? clamp(lost / (lost + gained('packets')), 0, 1) : 0,
    jitterMs: clamp(facts.jitterMs, 0, 1e7),
    clockOffsetMs: clockOffsetMs === null ? null : clamp(clockOffsetMs, -MAX_OFFSET_MS, MAX_OFFSET_MS),
    ...(gopMs === undefined ? {} : { gopSeconds: clamp(gopMs / 1000, 0, 1e6) }),
    incompleteRatio: clamp(gained('corruptUnits') / Math.max(1, gained('accessUnits')), 0, 1),
    timestampJumps: whole(gained('timestampJumps')),
    reordered: whole(gained('reordered')),
  };
}
