import { isIPv4 } from 'node:net';
import type { AddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { type DeviceScanner, type DiscoveredDevice, type ManualCamera, RosterError } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { newRecord } from './device-record-changes.ts';

export type ManualTools = { scanner: DeviceScanner | null; policy: AddressPolicy; clock: Clock };

const invalid = (message: string) => new RosterError('invalid', message);

/** The host of an address as a person writes it. Throws a RosterError that names the remedy. */
function readAddress(text: string): { url: URL; isRtsp: boolean } {
  const address = text.trim();
  if (address === '' || address.length > 512)
    throw invalid('address: give an IPv4 address or an rtsp:// address');
  const full = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}/onvif/device_service`;
  if (!URL.canParse(full))
    throw invalid(
      `address: "${address.slice(0, 80)}" cannot be read: give an IPv4 address such as 192.168.1.64`,
    );
  const url = new URL(full);
  if (!['http:', 'rtsp:', 'rtsps:'].includes(url.protocol))
    throw invalid('address: only http:// and rtsp:// are spoken');
  if (url.username !== '' || url.password !== '')
    throw invalid('address: take user name and password out of it and give them in their own fields');
  if (!isIPv4(url.hostname)) throw invalid('address: give the camera’s IPv4 address, not a name');
  return { url, isRtsp: url.protocol !== 'http:' };
}

/**
 * The record of a camera that a person adds. An ONVIF device that does not answer yet is taken in all the same: the ladder tells why.
 * @throws RosterError `invalid` naming the remedy
 */
export async function recordOfManual(
  { address }: ManualCamera,
  { scanner, policy, clock }: ManualTools,
): Promise<DeviceRecord> {
  const { url, isRtsp } = readAddress(address);
  if (!policy.allows(url.hostname))
    throw invalid(
      `address: ${url.hostname} is outside cameras.networks: add its network there, or correct the address`,
    );
  const named = (device: Pick<DiscoveredDevice, 'endpoint' | 'name' | 'hardware'>, at: string) =>
    newRecord({ device, url: at, nowMs: clock.now(), byPerson: true, protocol: isRtsp ? 'rtsp' : 'onvif' });
  const unnamed = { endpoint: `address:${url.host}`, name: null, hardware: null };
  if (isRtsp) return named(unnamed, url.href);
  const found = (await scanner?.look(address.trim()).catch(() => null)) ?? null;
  const at = found?.addresses.find((one) => policy.allows(new URL(one).hostname));
  if (found && at !== undefined) return named(found, at);
  if (found?.rtspUrl !== undefined)
    throw invalid(`address: ${url.host} speaks RTSP but no ONVIF: add it by its whole rtsp:// address`);
  return named(unnamed, url.href);
}
