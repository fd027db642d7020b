import { protocolFault } from './message.ts';

/** What the camera chose at SETUP (RFC 2326 §12.39). */
export type TcpChannels = { media: number; control: number };
export type UdpPorts = { media: number; control: number };

export const TCP_TRANSPORT = 'RTP/AVP/TCP;unicast;interleaved=0-1';

export function udpTransport(ports: UdpPorts): string {
  return `RTP/AVP;unicast;client_port=${ports.media}-${ports.control}`;
}

/**
 * The interleaved channels; those we asked for when the camera names none.
 * @throws StreamFaultError `protocol` when it chose another transport or channels beyond one byte
 */
export function readTcpChannels(header: string | undefined): TcpChannels {
  const range = readRange(header, 'interleaved');
  if (range === null && header !== undefined && !/\/TCP/i.test(header)) throw protocolFault('Transport');
  const channels = range ?? { media: 0, control: 1 };
  if (channels.media > 255 || channels.control > 255) throw protocolFault('interleaved channels');
  return channels;
}

/** The camera's ports, where receiver reports go; null when it names none. */
export function readServerPorts(header: string | undefined): UdpPorts | null {
  const range = readRange(header, 'server_port');
  return range !== null && range.media > 0 && range.control <= 65_535 ? range : null;
}

function readRange(header: string | undefined, name: string): { media: number; control: number } | null {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*(\\d{1,5})(?:-(\\d{1,5}))?\\s*(?:;|,|$)`, 'i').exec(
    header ?? '',
  );
  if (found === null) return null;
  const media = Number(found[1]);
  return { media, control: found[2] === undefined ? media + 1 : Number(found[2]) };
}

export type SessionHeader = { id: string; timeoutMs: number };

/** RFC 2326 §12.37: sixty seconds unless the camera says otherwise. */
const DEFAULT_TIMEOUT_S = 60;

/** @throws StreamFaultError `protocol` when the camera opened no session */
export function readSession(header: string | undefined): SessionHeader {
  const found = /^([\x21-\x3a\x3c-\x7e]{1,256})(?:\s*;\s*timeout\s*=\s*(\d{1,6}))?/i.exec(header ?? '');
  if (found?.[1] === undefined) throw protocolFault('Session');
  const seconds = found[2] === undefined ? DEFAULT_TIMEOUT_S : Number(found[2]);
  return { id: found[1], timeoutMs: (seconds > 0 ? seconds : DEFAULT_TIMEOUT_S) * 1_000 };
}

const KEEP_ALIVE_METHODS = ['GET_PARAMETER', 'SET_PARAMETER', 'OPTIONS'] as const;
export type KeepAliveMethod = (typeof KEEP_ALIVE_METHODS)[number];

/** The first of the usual keep-alive requests that the camera's Public header lists; OPTIONS always exists. */
export function keepAliveMethod(publicHeaders: readonly string[]): KeepAliveMethod {
  const listed = new Set(
    publicHeaders
      .join(',')
      .toUpperCase()
      .split(/[\s,]+/),
  );
  return KEEP_ALIVE_METHODS.find((method) => listed.has(method)) ?? 'OPTIONS';
}
