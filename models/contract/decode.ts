import { type Static, Type } from 'typebox';
import { CountSchema } from './scalars.ts';

/** How a camera's stream is decoded now. */
export const DECODE_MODES = {
  full: { zh: '全帧解码', en: 'every picture' },
  keyframes: { zh: '网关负载高，仅解码关键帧', en: 'keyframes only: the gateway is overloaded' },
} as const;
export type DecodeMode = keyof typeof DECODE_MODES;

/** Why so many pictures per second are taken, the strongest need. */
export const DECODE_NEEDS = {
  motion: { zh: '画面有动静', en: 'something moves' },
  armed: { zh: '规则布防', en: 'a rule is armed' },
  idle: { zh: '静止且未布防', en: 'still, nothing armed' },
} as const;
export type DecodeNeed = keyof typeof DECODE_NEEDS;

/** What the decode governor does with a camera. */
export const DecodeHealthSchema = Type.Object({
  mode: Type.Enum(Object.keys(DECODE_MODES) as DecodeMode[]),
  need: Type.Enum(Object.keys(DECODE_NEEDS) as DecodeNeed[]),
  sampledFps: Type.Number({
    minimum: 0,
    maximum: 30,
    description: 'pictures per second that are taken at most; under load only keyframes are',
  }),
  pictures: CountSchema,
  restarts: CountSchema,
  /** Times that load left it with keyframes only. */
  degradations: CountSchema,
  degradedSeconds: Type.Number({ minimum: 0, description: 'in all since the gateway started' }),
});
export type DecodeHealth = Static<typeof DecodeHealthSchema>;
