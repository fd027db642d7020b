import { Type } from 'typebox';

/** What the packets of a stream say although it plays. */
export const PACKET_FINDINGS = {
  'low-frame-rate': { zh: '帧率不足', en: 'low frame rate' },
  'packet-loss': { zh: '丢包', en: 'packet loss' },
  jitter: { zh: '抖动', en: 'jitter' },
  'timestamp-jumps': { zh: '时间戳跳变', en: 'timestamp jumps' },
  'incomplete-frames': { zh: '残帧', en: 'incomplete frames' },
  'clock-wrong': { zh: '时钟不准', en: 'clock wrong' },
} as const;
export type PacketFinding = keyof typeof PACKET_FINDINGS;
export const PacketFindingSchema = Type.Enum(Object.keys(PACKET_FINDINGS) as PacketFinding[]);
