import { type Static, Type } from 'typebox';

/**
 * Where to look for what is wrong with a camera, from the outermost layer inwards: a layer can only be judged when all before it hold.
 * `clock` stands before RTSP, for a wrong clock makes logins and session times fail.
 */
export const CAUSE_LADDER = {
  network: { zh: '网络', en: 'network' },
  port: { zh: '端口', en: 'port' },
  authentication: { zh: '认证', en: 'authentication' },
  clock: { zh: '时钟', en: 'clock' },
  rtsp: { zh: 'RTSP 会话', en: 'RTSP' },
  packets: { zh: '无数据', en: 'no packets' },
  keyframe: { zh: '无关键帧', en: 'no keyframe' },
  decode: { zh: '解码', en: 'decode errors' },
  picture: { zh: '画面', en: 'picture' },
} as const;
export type CauseLayer = keyof typeof CAUSE_LADDER;
export const CAUSE_LAYERS = Object.keys(CAUSE_LADDER) as CauseLayer[];

/** What is wrong with a camera, the outermost layer first; empty when nothing is. */
export const CausesSchema = Type.Array(Type.Enum(CAUSE_LAYERS), { maxItems: 9 });
export type Causes = Static<typeof CausesSchema>;
