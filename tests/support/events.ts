import { randomBytes, randomUUID } from 'node:crypto';
import { type SafetyEvent, uuidV7 } from '@pingan/models/contract';

/** A valid zone intrusion; what a test is about goes into `overrides`. */
export function anEvent(overrides: Partial<SafetyEvent> = {}): SafetyEvent {
  const id = overrides.id ?? uuidV7(Date.now(), randomBytes(10));
  return {
    id,
    alarmId: id,
    phase: 'raised',
    type: 'zone-intrusion',
    severity: 2,
    gatewayId: 'gw-test',
    origin: { kind: 'camera', id: 'cam-0123456789ab', code: '44030600011327000001', name: '北门' },
    occurredAt: new Date().toISOString(),
    monotonicMs: performance.now(),
    bootId: randomUUID(),
    clock: { trusted: true, offsetMs: 0 },
    detail: {
      rule: { id: 'night', kind: 'zone-intrusion' },
      track: { id: 7, label: 'person', confidence: 0.81, box: [0.1, 0.2, 0.1, 0.3], dwellSeconds: 2.4 },
    },
    ...overrides,
  };
}
