import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { RtpSink } from '../media/rtp-stream.ts';
import { INTERLEAVED_BYTES } from '../media/rtp-template.ts';

/** What a client asked for in SETUP (RFC 2326 §12.39). */
export type TransportWish =
  | { readonly kind: 'tcp'; readonly rtpChannel: number; readonly rtcpChannel: number }
  | { readonly kind: 'udp'; readonly rtpPort: number; readonly rtcpPort: number };

export interface Transport extends RtpSink {
  /** The Transport header of the answer. */
  readonly header: string;
  close(): void;
}

/** Reads the first transport of the header that the simulator can speak; undefined when there is none. */
export function parseTransport(header: string): TransportWish | undefined {
  for (const offer of header.slice(0, 1024).split(',')) {
    if (/;\s*multicast/i.test(offer)) continue;
    const pair = (name: string) => new RegExp(`;\\s*${name}=(\\d{1,5})(?:-(\\d{1,5}))?`, 'i').exec(offer);
    if (/^\s*RTP\/AVP\/TCP/i.test(offer)) {
      const channels = pair('interleaved');
      const rtpChannel = Number(channels?.[1] ?? 0);
      const rtcpChannel = Number(channels?.[2] ?? rtpChannel + 1);
      if (rtpChannel <= 255 && rtcpChannel <= 255) return { kind: 'tcp', rtpChannel, rtcpChannel };
    }
    const ports = pair('client_port');
    if (/^\s*RTP\/AVP(\/UDP)?\s*;/i.test(offer) && ports !== null) {
      const rtpPort = Number(ports[1]);
      const rtcpPort = Number(ports[2] ?? rtpPort + 1);
      if (rtpPort > 0 && rtpPort <= 65_535 && rtcpPort <= 65_535) return { kind: 'udp', rtpPort, rtcpPort };
    }
  }
  return undefined;
}

/** A client that does not read loses whole pictures instead of filling the simulator's memory. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** RTP and RTCP on the RTSP connection itself. */
export function tcpTransport(socket: Socket, wish: TransportWish & { kind: 'tcp' }): Transport {
  return {
    header: `RTP/AVP/TCP;unicast;interleaved=${wish.rtpChannel}-${wish.rtcpChannel}`,
    mediaChannel: wish.rtpChannel,
    media: (block) => {
      if (!socket.writable || socket.writableLength >= MAX_UNSENT_BYTES) return true;
      socket.write(block);
      return socket.writableLength === 0;
    },
    control: (packet) => {
      const prefix = Buffer.from([0x24, wish.rtcpChannel, packet.length >> 8, packet.length & 0xff]);
      if (socket.writable) socket.write(Buffer.concat([prefix, packet]));
    },
    close: () => undefined,
  };
}

/** RTP and RTCP on an even port and the next one; `onReport` is called for each packet the client sends to the latter. */
export async function udpTransport(
  addresses: { local: string; remote: string },
  wish: TransportWish & { kind: 'udp' },
  onReport: () => void,
): Promise<Transport> {
  const [rtp, rtcp] = await bindPair(addresses.local);
  rtcp.on('message', onReport);
  const ignore = () => undefined;
  return {
    header: `RTP/AVP;unicast;client_port=${wish.rtpPort}-${wish.rtcpPort};server_port=${rtp.address().port}-${rtcp.address().port}`,
    mediaChannel: 0,
    media: (block, offsets) => {
      for (let index = 0; index + 1 < offsets.length; index++) {
        const packet = block.subarray((offsets[index] ?? 0) + INTERLEAVED_BYTES, offsets[index + 1]);
        rtp.send(packet, wish.rtpPort, addresses.remote, ignore);
      }
      return false;
    },
    control: (packet) => rtcp.send(packet, wish.rtcpPort, addresses.remote, ignore),
    close: () => {
      rtp.close();
      rtcp.close();
    },
  };
}

const BIND_ATTEMPTS = 20;

async function bindPair(host: string): Promise<[UdpSocket, UdpSocket]> {
  for (let attempt = 0; attempt < BIND_ATTEMPTS; attempt++) {
    const rtp = await bindUdp(host, 0);
    const { port } = rtp.address();
    const rtcp = port % 2 === 0 ? await bindUdp(host, port + 1).catch(() => undefined) : undefined;
    if (rtcp !== undefined) return [rtp, rtcp];
    rtp.close();
  }
  throw new Error(`no pair of free UDP ports on ${host}`);
}

async function bindUdp(host: string, port: number): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(port, host);
  await listening;
  socket.on('error', () => undefined);
  return socket;
}
