import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { escapeXml, textOf } from './onvif/soap.ts';

/** One target service that the responder speaks for (WS-Discovery April 2005). */
export interface Discoverable {
  readonly uuid: string;
  readonly scopes: readonly string[];
  /** Addresses of the device service, as announced. */
  xAddr(): string;
  /** Answers only probes that ask for no type. */
  readonly refusesTypedProbe?: boolean;
}

export interface DiscoveryOptions {
  /** Address of the interface, e.g. 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly targets: readonly Discoverable[];
}

const GROUP = '239.255.255.250';
const DISCOVERY = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const ANONYMOUS = `${ADDRESSING}/role/anonymous`;
const TO_ALL = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';
const TYPES = 'dn:NetworkVideoTransmitter tds:Device';
/** Types a probe may ask for; an empty list asks for everybody (§5.3). */
const knownTypes = new Set(['NetworkVideoTransmitter', 'Device']);
const MAX_PROBE_BYTES = 16 * 1024;

/** Answers probes for all cameras of the process and announces their coming and going. */
export class DiscoveryResponder {
  readonly #options: DiscoveryOptions;
  readonly #instanceId = Math.floor(Date.now() / 1000);
  #messageNumber = 0;
  #socket: Socket | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** The port that is listened on; the chosen one when 0 was asked for. */
  get port(): number {
    return this.#socket?.address().port ?? this.#options.port;
  }

  /** Joins the group and says Hello. @throws Error when the port or the interface cannot be used. */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const listening = once(socket, 'listening');
    socket.bind(port);
    await listening;
    socket.on('error', () => undefined);
    socket.addMembership(GROUP, host);
    socket.setMulticastInterface(host);
    socket.setMulticastLoopback(true);
    socket.on('message', (message, from) => this.#receive(message, from));
    this.#socket = socket;
    for (const target of this.#options.targets) await this.#announce('Hello', describe(target));
  }

  /** Says Bye and leaves. */
  async stop(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    for (const target of this.#options.targets) await this.#announce('Bye', reference(target));
    this.#socket = undefined;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #receive(message: Buffer, from: RemoteInfo): void {
    if (message.length > MAX_PROBE_BYTES || !this.#isNear(from.address)) return;
    const probe = parseProbe(message.toString('utf8'));
    if (probe === undefined || !asksForCameras(probe.types)) return;
    for (const target of this.#options.targets) {
      if (!probe.scopes.every((scope) => target.scopes.some((own) => own.startsWith(scope)))) continue;
      if (target.refusesTypedProbe && probe.types.length > 0) continue;
      const body = `<d:ProbeMatches><d:ProbeMatch>${describe(target)}</d:ProbeMatch></d:ProbeMatches>`;
      const xml = this.#envelope('ProbeMatches', body, { to: ANONYMOUS, relatesTo: probe.messageId });
      this.#socket?.send(xml, from.port, from.address, () => undefined);
    }
  }

  /** A responder on loopback hears other interfaces' multicast too (IP_MULTICAST_ALL) and must not answer it. */
  #isNear(address: string): boolean {
    return !this.#options.host.startsWith('127.') || address.startsWith('127.');
  }

  #announce(action: 'Hello' | 'Bye', content: string): Promise<void> {
    const xml = this.#envelope(action, `<d:${action}>${content}</d:${action}>`, { to: TO_ALL });
    return new Promise((resolve) => {
      if (this.#socket === undefined) resolve();
      else this.#socket.send(xml, this.port, GROUP, () => resolve());
    });
  }

  #envelope(action: string, body: string, addressing: { to: string; relatesTo?: string }): string {
    const relates =
      addressing.relatesTo === undefined
        ? ''
        : `<a:RelatesTo>${escapeXml(addressing.relatesTo)}</a:RelatesTo>`;
    return (
      '<?xml version="1.0" encoding="UTF-8"?>' +
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${ADDRESSING}" xmlns:d="${DISCOVERY}"` +
      ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
      `<s:Header><a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>${relates}<a:To>${addressing.to}</a:To>` +
      `<a:Action>${DISCOVERY}/${action}</a:Action>` +
      `<d:AppSequence InstanceId="${this.#instanceId}" MessageNumber="${++this.#messageNumber}"/></s:Header>` +
      `<s:Body>${body}</s:Body></s:Envelope>`
    );
  }
}

function reference(target: Discoverable): string {
  return `<a:EndpointReference><a:Address>urn:uuid:${target.uuid}</a:Address></a:EndpointReference>`;
}

function describe(target: Discoverable): string {
  return (
    `${reference(target)}<d:Types>${TYPES}</d:Types><d:Scopes>${escapeXml(target.scopes.join(' '))}</d:Scopes>` +
    `<d:XAddrs>${escapeXml(target.xAddr())}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>`
  );
}

/** A probe's message id and what it looks for; undefined for anything else. */
function parseProbe(xml: string): { messageId: string; types: string[]; scopes: string[] } | undefined {
  const messageId = textOf(xml, 'MessageID');
  if (messageId === undefined || textOf(xml, 'Action') !== `${DISCOVERY}/Probe`) return undefined;
  const words = (name: string) => (textOf(xml, name) ?? '').split(/\s+/).filter((word) => word !== '');
  return { messageId, types: words('Types'), scopes: words('Scopes') };
}

function asksForCameras(types: readonly string[]): boolean {
  return types.every((type) => knownTypes.has(type.slice(type.indexOf(':') + 1)));
}
