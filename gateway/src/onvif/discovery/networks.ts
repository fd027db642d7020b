import { isIPv4 } from 'node:net';

/** Addresses of one scan. */
export const SCAN_LIMIT = 4096;

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/**
 * Host addresses of IPv4 networks, each once, in order; the network's own and the broadcast address are left out.
 * Throws a RangeError that names the network that is out of form, or says that there are more than 4,096 addresses.
 */
export function hostsOf(networks: readonly string[]): string[] {
  const hosts = new Set<string>();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const prefix = Number(bits);
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || prefix > 32)
      throw new RangeError(`"${network}" is not an IPv4 network such as 192.168.1.0/24`);
    const count = 2 ** (32 - prefix);
    if (hosts.size + count > SCAN_LIMIT + 2)
      throw new RangeError(
        `"${network}" is too large: a scan takes ${SCAN_LIMIT} addresses, for example a /20`,
      );
    const first = Math.floor(toNumber(address) / count) * count;
    const edges = prefix < 31 ? 1 : 0;
    for (let n = edges; n < count - edges; n += 1) hosts.add(toAddress(first + n));
  }
  return [...hosts];
}
