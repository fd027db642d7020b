import { ProblemError } from '../api/problem.ts';

/** What the gateway refuses, as the centre passes it on; each has its sentence in the texts (`liveRefusal`). */
export const LIVE_REFUSALS = ['masked', 'not-streaming', 'media-unreachable'] as const;
export type LiveRefusal = (typeof LIVE_REFUSALS)[number];
export const isLiveRefusal = (code: string): code is LiveRefusal => LIVE_REFUSALS.some((one) => one === code);

/** Why there is no live video: each has its sentence in the texts (`live.cause`). */
export type LiveFault =
  | LiveRefusal
  | 'ticket-refused'
  | 'forbidden'
  | 'camera-gone'
  | 'camera-unavailable'
  | 'no-answer'
  | 'connection-lost'
  | 'no-data'
  | 'media'
  | 'no-mse';

/**
 * The states of one live video:
 * idle → connecting → playing ⇄ stalled → failed → connecting …; unsupported and a failure without retry are ends.
 */
export type LiveState =
  | { kind: 'idle' }
  | { kind: 'paused' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'playing'; codec: string; width: number; height: number }
  | { kind: 'stalled' }
  | { kind: 'unsupported'; codec: string }
  | { kind: 'failed'; cause: LiveFault; retryAtMs: number | null };

/** How one attempt ended. `isFinal`: another attempt would end the same way. */
export type SessionEnd =
  | { kind: 'unsupported'; codec: string }
  | { kind: 'failed'; cause: LiveFault; isFinal: boolean; hasPlayed: boolean };

/** What a refused ticket means. */
export function faultOfTicket(error: unknown): { cause: LiveFault; isFinal: boolean } {
  if (!(error instanceof ProblemError)) return { cause: 'ticket-refused', isFinal: false };
  if (error.status === 0) return { cause: 'no-answer', isFinal: false };
  if (error.status === 401 || error.status === 403) return { cause: 'forbidden', isFinal: true };
  if (error.status === 404) return { cause: 'camera-gone', isFinal: true };
  if (error.status === 409 || error.status === 503) return { cause: 'camera-unavailable', isFinal: false };
  return { cause: 'ticket-refused', isFinal: false };
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** Doubling from 1 s to 15 s, with up to a fifth more so that many screens do not come back at once. */
export const retryDelayMs = (attempt: number, random: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (1 + 0.2 * random);
