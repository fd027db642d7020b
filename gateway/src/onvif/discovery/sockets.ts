import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** The group of WS-Discovery (2005/04, §2.4). */
export const GROUP = '239.255.255.250';

export type DatagramHandler = (data: Buffer, sender: string) => void;

/** IPv4 addresses of this machine's interfaces, loopback left out. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => address.address);
}

function bound(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve();
    });
  });
}

/** A socket that asks on one interface and takes the answers. Rejects when the interface cannot be used. */
export async function openProber(address: string, onDatagram: DatagramHandler): Promise<Socket> {
  const socket = createSocket('udp4');
  await bound(socket, 0, address);
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(1);
  socket.on('message', (data, from) => onDatagram(data, from.address));
  return socket;
}

/**
 * A socket that hears Hello and Bye on the given interfaces. Bound to the group itself, so that it never takes datagrams that are meant
 * for a device on this machine. Rejects when the port is taken by somebody who does not share it.
 */
export async function openListener(
  addresses: readonly string[],
  port: number,
  onDatagram: DatagramHandler,
): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await bound(socket, port, GROUP);
  for (const address of addresses) {
    try {
      socket.addMembership(GROUP, address);
    } catch {
      // An interface without multicast is no reason to be deaf on the others.
    }
  }
  socket.on('message', (data, from) => onDatagram(data, from.address));
  return socket;
}

export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
