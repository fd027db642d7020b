import { isIPv4 } from 'node:net';
import { type AddressPolicy, createAddressPolicy } from '../base/address.ts';
import { messageOf } from '../base/errors.ts';
import { UsageError } from './options.ts';

/** The policy for networks that a person named. @throws UsageError naming the option and the remedy */
export function policyFor(
  option: string,
  networks: readonly string[],
  allowLoopback: boolean,
): AddressPolicy {
  if (!allowLoopback && networks.some((network) => network.startsWith('127.')))
    throw new UsageError(`--${option}: loopback is for simulators: add --allow-loopback`);
  try {
    return createAddressPolicy({ networks, allowLoopback });
  } catch (error) {
    throw new UsageError(`--${option}: ${messageOf(error).replace('cameras.networks: ', '')}`);
  }
}

/** IPv4 host of an address, `address:port` or http:// URL. @throws UsageError */
export function hostOfAddress(text: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url?.protocol === 'http:' && url.username === '' && isIPv4(url.hostname)) return url.hostname;
  throw new UsageError(
    `address "${text.slice(0, 80)}": give an IPv4 address, address:port or http://address/onvif/device_service, without a password`,
  );
}
