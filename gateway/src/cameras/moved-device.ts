import type { DeviceProbe, DiscoveredDevice } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { isProperEndpoint, plainEndpoint } from './identity.ts';
import { firstContact } from './ladder.ts';

export type MoveQuestion = {
  probe: DeviceProbe;
  record: DeviceRecord;
  device: DiscoveredDevice;
  url: string;
};

/**
 * Whether a known device has really moved: nobody of its identity answers at the old address any more, and the device at the new one tells
 * the identity itself (or, where it tells none, its own address sent the answer). No password is sent for it.
 */
export async function proveMove({
  probe,
  record,
  device,
  url,
}: MoveQuestion): Promise<'moved' | 'still-there' | 'not-proven'> {
  if (!isProperEndpoint(record.endpoint)) return 'not-proven';
  const known = plainEndpoint(record.endpoint);
  const [before, now] = await Promise.all([firstContact(probe, record.url), firstContact(probe, url)]);
  if (before.contact !== null) {
    const { endpoint } = before.contact;
    if (endpoint === null || plainEndpoint(endpoint) === known) return 'still-there';
  }
  if (now.contact === null) return 'not-proven';
  if (now.contact.endpoint !== null)
    return plainEndpoint(now.contact.endpoint) === known ? 'moved' : 'not-proven';
  const isOwnAnswer = device.sender === new URL(url).hostname;
  return isOwnAnswer && plainEndpoint(device.endpoint) === known ? 'moved' : 'not-proven';
}
