import { BlockList, isIPv4 } from 'node:net';

export type AddressPolicyOptions = {
  /** IPv4 networks cameras may live in, CIDR. */
  networks: readonly string[];
  /** For simulators only: cameras on 127.0.0.0/8. */
  allowLoopback: boolean;
};

/** Says which hosts the gateway may talk to as cameras. Everything else is refused: what a device says is not to be believed. */
export type AddressPolicy = { allows(host: string): boolean };

const NEVER: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
];

/** Builds the policy. Throws a RangeError that names the network that is out of form. */
export function createAddressPolicy({ networks, allowLoopback }: AddressPolicyOptions): AddressPolicy {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const prefix = Number(bits);
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || prefix > 32) {
      throw new RangeError(`cameras.networks: "${network}" is not an IPv4 network such as 192.168.1.0/24`);
    }
    allowed.addSubnet(address, prefix);
  }
  const refused = new BlockList();
  for (const [address, prefix] of NEVER) refused.addSubnet(address, prefix);
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8);
  const allows = (host: string) => {
    if (!isIPv4(host) || refused.check(host)) return false;
    return loopback.check(host) ? allowLoopback : allowed.check(host);
  };
  return { allows };
}

/**
 * The same URL at another host: a URL that a device gives is only trusted for its port and path (cameras name
 * addresses of other networks, and a hostile one would name ours).
 * @returns null when the URL cannot be read or has another scheme than `scheme`
 */
export function pinHost(url: string, host: string, scheme: 'http:' | 'rtsp:'): string | null {
  let parsed: URL;
  try {
    parsed = new URL(url.trim().replace(/[\r\n\t]/g, ''));
  } catch {
    return null;
  }
  if (parsed.protocol !== scheme) return null;
  // `rtsp:@elsewhere/x` is a URL without a host: its path put behind ours would name another one.
  if (parsed.pathname !== '' && !parsed.pathname.startsWith('/')) return null;
  const port = parsed.port === '' ? '' : `:${parsed.port}`;
  return `${scheme}//${host}${port}${parsed.pathname}${parsed.search}`;
}
