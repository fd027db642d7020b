import { EVENT_KINDS } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { DeviceRecord } from '../cameras/device-record.ts';
import type { EventDraft } from './alarm-book.ts';

export type IdentityNews = { phase: 'raised' | 'cleared'; record: DeviceRecord; why: string };

/** The alarm that another device answers where a camera was. */
export function identityDraft({ phase, record, why }: IdentityNews, clock: Clock): EventDraft {
  const { id, code, advertisedName: name } = record;
  return {
    phase,
    type: 'camera-identity-changed',
    severity: EVENT_KINDS['camera-identity-changed'].severity,
    origin: { kind: 'camera', id, code, name },
    discriminator: 'identity',
    occurredAtMs: clock.now(),
    monotonicMs: clock.monotonic(),
    detail: { fault: { fault: 'identity-changed', message: why.slice(0, 256) } },
  };
}
