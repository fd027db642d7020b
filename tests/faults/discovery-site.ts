import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { Worker } from 'node:worker_threads';

const GROUP = '239.255.255.250';
const TO_ALL = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';

const envelope = (relatesTo: string, endpoint: string, xaddr: string) =>
  '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
  'xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
  `<s:Header><a:MessageID>urn:uuid:${randomUUID()}</a:MessageID><a:RelatesTo>${relatesTo}</a:RelatesTo><a:To>${TO_ALL}</a:To></s:Header>` +
  `<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference>` +
  `<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/x</d:Scopes><d:XAddrs>${xaddr}</d:XAddrs>` +
  '</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>';

/** Devices that answer WS-Discovery, each from an address of its own, after a delay of up to 500 ms (APP_MAX_DELAY). */
export class DiscoverableDevices {
  readonly endpoints: readonly string[];
  readonly #listener: Socket;
  readonly #senders: readonly Socket[];
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(listener: Socket, senders: readonly Socket[]) {
    this.#listener = listener;
    this.#senders = senders;
    this.endpoints = senders.map(() => `urn:uuid:${randomUUID()}`);
    listener.on('message', (data, from) => this.#answer(data.toString('utf8'), from.port, from.address));
  }

  static async start(count: number): Promise<DiscoverableDevices> {
    const listener = createSocket({ type: 'udp4', reuseAddr: true });
    await new Promise<void>((resolve) => listener.bind(0, resolve));
    listener.addMembership(GROUP, '127.0.0.1');
    const senders = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const socket = createSocket('udp4');
        socket.on('error', () => undefined);
        await new Promise<void>((resolve) => socket.bind(0, hostOf(index), resolve));
        return socket;
      }),
    );
    return new DiscoverableDevices(listener, senders);
  }

  get port(): number {
    return this.#listener.address().port;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const sockets = [this.#listener, ...this.#senders];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  #answer(probe: string, port: number, address: string): void {
    const id = /MessageID>([^<]+)</.exec(probe)?.[1];
    if (id === undefined || !address.startsWith('127.') || !probe.includes('NetworkVideoTransmitter')) return;
    for (const [index, socket] of this.#senders.entries()) {
      const text = envelope(id, this.endpoints[index] ?? '', `http://${hostOf(index)}/onvif/device_service`);
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        socket.send(text, port, address, () => undefined);
      }, Math.random() * 500);
      this.#timers.add(timer);
    }
  }
}

/** 127.0.2.1 and on: 250 to a network. */
const hostOf = (index: number) => `127.0.${2 + Math.floor(index / 250)}.${1 + (index % 250)}`;

/** Somebody on the network who forges answers from a thread of his own; half of them to probes he has overheard. */
export class Forger {
  readonly #worker: Worker;
  sent = 0;

  constructor(options: { port: number; perSecond: number; senders: number }) {
    this.#worker = new Worker(new URL('./forger-worker.ts', import.meta.url), { workerData: options });
    this.#worker.on('message', (sent: unknown) => {
      this.sent = Number(sent);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
