import { isIP } from 'node:net';
import { codeOf } from '../../base/errors.ts';
import { type Check, found, ok } from './check.ts';
import type { Machine } from './machine.ts';

type Finding = Omit<Check, 'id'>;

export function checkAddress(machine: Machine): Finding {
  const all = machine.addresses();
  const usable = all.filter(({ address }) => !address.startsWith('169.254.'));
  const reading = all
    .map(({ name, address }) => `${name} ${address}`)
    .join(', ')
    .slice(0, 256);
  if (all.length === 0) return found('failed', 'no-address');
  return usable.length === 0 ? found('failed', 'link-local-only', reading) : ok(reading);
}

/** The IPv4 default gateway in `/proc/net/route` (addresses are hexadecimal in the machine's byte order: little endian). */
export function defaultGatewayOf(routes: string): string | null {
  for (const line of routes.split('\n').slice(1)) {
    const [, destination, gateway, flags] = line.trim().split(/\s+/);
    if (destination !== '00000000' || gateway === undefined || flags === undefined) continue;
    // RTF_UP and RTF_GATEWAY of linux/route.h
    if ((Number.parseInt(flags, 16) & 3) !== 3) continue;
    return [...Buffer.from(gateway, 'hex')].reverse().join('.');
  }
  return null;
}

/** Whether `/proc/net/arp` knows the neighbour: true, false when it was asked and is silent, null when it was never asked. */
export function isNeighbour(arp: string, address: string): boolean | null {
  const entry = arp.split('\n').find((line) => line.startsWith(`${address} `));
  const [, , flags] = entry?.trim().split(/\s+/) ?? [];
  // ATF_COM of linux/if_arp.h: the entry is complete
  return flags === undefined ? null : (Number.parseInt(flags, 16) & 2) === 2;
}

export async function checkGateway(machine: Machine): Promise<Finding> {
  const address = defaultGatewayOf(machine.read('/proc/net/route') ?? '');
  if (address === null) return found('warning', 'no-default-route');
  await machine.touch(address);
  const answers = isNeighbour(machine.read('/proc/net/arp') ?? '', address);
  return answers === false ? found('failed', 'gateway-silent', address) : ok(address);
}

/** Only the centre's name has to be resolved; an address needs no server of names. */
export async function checkNames(machine: Machine, centreHost: string): Promise<Finding> {
  if (isIP(centreHost)) return ok(centreHost);
  try {
    return ok(`${centreHost} → ${await machine.resolve(centreHost)}`);
  } catch (error) {
    const isSilent = codeOf(error) === 'ETIMEOUT' || codeOf(error) === 'EAI_AGAIN';
    return found('failed', isSilent ? 'resolver-silent' : 'name-unknown', centreHost);
  }
}

export type CentreFacts = { host: string; port: number; isConnected: boolean };

/** The gateway works without its centre; so nothing here is worse than a warning. */
export async function checkCentre(
  machine: Machine,
  { host, port, isConnected }: CentreFacts,
): Promise<Finding> {
  const reading = `${host}:${port}`;
  if (isConnected) return ok(reading);
  const answer = await machine.tryPort(host, port);
  const causes = {
    open: 'centre-rejects',
    refused: 'centre-refuses',
    silent: 'centre-unreachable',
    'name-unknown': 'centre-name-unknown',
  } as const;
  return found('warning', causes[answer], reading);
}
