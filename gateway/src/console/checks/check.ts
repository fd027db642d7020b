import { type Static, Type } from 'typebox';

/** What the self-check looks at, in the order a technician would. */
export const CHECK_IDS = [
  'address',
  'gateway',
  'dns',
  'time',
  'centre',
  'disk',
  'cpu',
  'temperature',
] as const;

/** Why a check is not simply well. The page has cause and remedy of each in both languages. */
export const CHECK_CAUSES = [
  'no-address',
  'link-local-only',
  'no-default-route',
  'gateway-silent',
  'name-unknown',
  'resolver-silent',
  'clock-off',
  'clock-implausible',
  'clock-not-compared',
  'centre-refuses',
  'centre-unreachable',
  'centre-name-unknown',
  'centre-rejects',
  'disk-full',
  'disk-low',
  'cpu-busy',
  'too-hot',
  'warm',
  'no-sensor',
  'not-readable',
] as const;

export const CheckSchema = Type.Object({
  id: Type.Enum([...CHECK_IDS]),
  /** `failed` should be mended before going on, `warning` may wait, `unknown` could not be told. */
  state: Type.Enum(['ok', 'warning', 'failed', 'unknown']),
  cause: Type.Union([Type.Enum([...CHECK_CAUSES]), Type.Null()]),
  /** The measured value in words that need no translation: addresses, per cent, degrees. */
  reading: Type.String({ maxLength: 256 }),
});
export type Check = Static<typeof CheckSchema>;

export const SelfCheckSchema = Type.Object({
  at: Type.String(),
  checks: Type.Array(CheckSchema, { maxItems: CHECK_IDS.length }),
});
export type SelfCheck = Static<typeof SelfCheckSchema>;

type Finding = Omit<Check, 'id'>;
export type CheckCause = (typeof CHECK_CAUSES)[number];

export const ok = (reading: string): Finding => ({ state: 'ok', cause: null, reading });
export const found = (state: 'warning' | 'failed' | 'unknown', cause: CheckCause, reading = ''): Finding => ({
  state,
  cause,
  reading,
});
