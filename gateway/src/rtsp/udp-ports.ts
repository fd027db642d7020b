import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { StreamFaultError } from '../pipeline.ts';
import type { UdpPorts } from './transport.ts';

export type UdpEvents = { onMedia(bytes: Buffer): void; onControl(bytes: Buffer): void };

const PAIR_ATTEMPTS = 20;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** An even port for RTP and the next one for RTCP (RFC 3550 §11). Only datagrams from the camera's own address are taken. */
export class UdpPortPair {
  readonly #media: Socket;
  readonly #control: Socket;
  readonly #remote: string;

  private constructor(media: Socket, control: Socket, remote: string) {
    this.#media = media;
    this.#control = control;
    this.#remote = remote;
  }

  /**
   * @param addresses those of the TCP connection: the pair is bound to the local one
   * @throws StreamFaultError `no-packets` when no two neighbouring ports are free
   */
  static async open(addresses: { local: string; remote: string }, events: UdpEvents): Promise<UdpPortPair> {
    for (let attempt = 0; attempt < PAIR_ATTEMPTS; attempt++) {
      const media = await bind(addresses.local, 0);
      const port = media?.address().port ?? 1;
      const control = port % 2 === 0 ? await bind(addresses.local, port + 1) : null;
      if (media !== null && control !== null) {
        const pair = new UdpPortPair(media, control, addresses.remote);
        pair.#listen(events);
        return pair;
      }
      await Promise.all([media, control].map((socket) => socket && closeSocket(socket)));
    }
    throw new StreamFaultError(
      'no-packets',
      'no two neighbouring UDP ports are free on this gateway: use transport tcp, or close other programs',
    );
  }

  get ports(): UdpPorts {
    return { media: this.#media.address().port, control: this.#control.address().port };
  }

  /** Sends RTCP to the camera; a lost report does no harm, so errors are not reported. */
  sendControl(bytes: Uint8Array, port: number): void {
    this.#control.send(bytes, port, this.#remote, () => {});
  }

  async close(): Promise<void> {
    await Promise.all([closeSocket(this.#media), closeSocket(this.#control)]);
  }

  #listen(events: UdpEvents): void {
    this.#media.on('message', (bytes, from) => from.address === this.#remote && events.onMedia(bytes));
    this.#control.on('message', (bytes, from) => from.address === this.#remote && events.onControl(bytes));
    this.#media.on('error', () => {});
    this.#control.on('error', () => {});
  }
}

function bind(address: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    });
    socket.once('error', () => {
      socket.close();
      resolve(null);
    });
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
