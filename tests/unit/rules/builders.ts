import type { ZoneIntrusionRule } from '@pingan/models/contract';
import type { Track } from '../../../gateway/src/pipeline.ts';
import type { Moment } from '../../../gateway/src/rules/index.ts';

/** Sunday 2026-11-22 12:00 in Shanghai. */
export const NOON_MS = Date.parse('2026-11-22T04:00:00Z');

export const camera = { id: 'camera-1', code: '44030600001320000001' };

/** The middle of the picture, two seconds, clear after three, cooldown ten. */
export function zoneRule(changes: Partial<ZoneIntrusionRule> = {}): ZoneIntrusionRule {
  return {
    kind: 'zone-intrusion',
    id: 'rule-1',
    cameras: ['*'],
    zone: {
      id: 'zone-1',
      name: '北门',
      polygon: [
        [0.3, 0.3],
        [0.7, 0.3],
        [0.7, 0.7],
        [0.3, 0.7],
      ],
    },
    labels: ['person'],
    dwellSeconds: 2,
    clearSeconds: 3,
    cooldownSeconds: 10,
    minConfidence: 0.5,
    minHeight: 0.05,
    severity: 2,
    ...changes,
  };
}

export function at(seconds: number, wallMs = NOON_MS): Moment {
  return { monotonicMs: seconds * 1000, capturedAtMs: wallMs + seconds * 1000 };
}

/** A confirmed person of a fifth of the picture's height whose foot is at that point. */
export function person(foot: readonly [number, number] = [0.5, 0.5], changes: Partial<Track> = {}): Track {
  return {
    id: 1,
    label: 'person',
    confidence: 0.8,
    box: [foot[0] - 0.04, foot[1] - 0.2, 0.08, 0.2],
    firstSeenMs: 0,
    lastSeenMs: 0,
    foot,
    state: 'confirmed',
    ...changes,
  };
}

export const outside = [0.1, 0.9] as const;
