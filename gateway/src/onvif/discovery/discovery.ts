import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { type Sleep, sleep } from '../../base/sleep.ts';
import type { DiscoveredDevice } from '../../pipeline.ts';
import { parseXml, textOf } from '../soap/xml.ts';
import { Candidates } from './candidates.ts';
import { type ProbeMessage, probeMessages, readProbeMatches, untypedProbe } from './message.ts';
import { type Reply, ReplyQueue } from './reply-queue.ts';
import { closeSocket, GROUP, openListener, openProber, ownAddresses } from './sockets.ts';

const REMEMBERED_PROBES = 64;
/** An answer says in its header what it answers to: the id is looked for in so many bytes. */
const HEADER_BYTES = 4096;
/** A Hello brings a probe of our own, at most this often. */
const HELLO_PROBE_MS = 2000;
/** WS-Discovery 2005/04, Appendix I: UDP is lost now and then, so each round asks twice. */
const REPEAT_MS = 500;

export type DiscoveryOptions = {
  /** Addresses of the interfaces to ask on; empty = every IPv4 interface but loopback, looked up anew each round. */
  interfaces: readonly string[];
  /** 3702 by standard. */
  port: number;
  periodMs: number;
  onDevice(device: DiscoveredDevice): void;
  /** A device said that it goes; anybody can say so, so it is only a reason to look. */
  onBye?(endpoint: string): void;
  log: Logger;
  sleep?: Sleep;
};

/**
 * WS-Discovery prober: asks on every interface again and again, and passes on answers to its own questions only. A Hello is never
 * believed: it makes us ask, and whoever answers that is passed on.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #asked: string[] = [];
  readonly #candidates = new Candidates();
  readonly #probers = new Map<string, Socket>();
  readonly #queue = new ReplyQueue((reply) => this.#read(reply));
  #listener: Socket | undefined;
  #abort: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();
  #early: AbortController | undefined;
  #helloAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** Endpoints known and answers dropped unread since the start. */
  get stats(): { candidates: number; dropped: number } {
    return { candidates: this.#candidates.size, dropped: this.#queue.dropped };
  }

  async start(): Promise<void> {
    if (this.#abort) return;
    this.#abort = new AbortController();
    await this.#openSockets();
    const { port, log } = this.#options;
    try {
      const hear = (data: Buffer) => this.#onAnnouncement(data);
      this.#listener = await openListener([...this.#probers.keys()], port, hear);
    } catch (error) {
      log.info({ port, error: messageOf(error) }, 'discovery: Hello and Bye are not heard');
    }
    this.#loop = this.#run(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#loop;
    this.#queue.stop();
    const sockets = [...this.#probers.values(), ...(this.#listener ? [this.#listener] : [])];
    this.#probers.clear();
    this.#listener = undefined;
    await Promise.all(sockets.map(closeSocket));
  }

  /** Asks at once instead of at the end of the period. */
  probeNow(): void {
    this.#early?.abort();
  }

  async #openSockets(): Promise<void> {
    const { interfaces, log } = this.#options;
    const wanted = interfaces.length > 0 ? interfaces : ownAddresses();
    for (const address of wanted) {
      if (this.#probers.has(address)) continue;
      try {
        const prober = await openProber(address, (data, sender) => this.#onDatagram(data, sender));
        this.#probers.set(address, prober);
      } catch (error) {
        log.warn({ address, error: messageOf(error) }, 'discovery: this interface cannot be used');
      }
    }
    for (const [address, socket] of this.#probers) {
      if (wanted.includes(address)) continue;
      this.#probers.delete(address);
      await closeSocket(socket);
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const wait = this.#options.sleep ?? sleep;
    while (!signal.aborted) {
      this.#early = new AbortController();
      await this.#probe(probeMessages(newMessageId));
      await wait(REPEAT_MS, signal);
      if (signal.aborted) return;
      await this.#probe([...probeMessages(newMessageId), untypedProbe(newMessageId)]);
      await wait(this.#options.periodMs, AbortSignal.any([signal, this.#early.signal]));
      if (!signal.aborted) await this.#openSockets();
    }
  }

  async #probe(messages: readonly ProbeMessage[]): Promise<void> {
    const { port, log } = this.#options;
    for (const { messageId, text } of messages) {
      this.#asked.push(messageId);
      if (this.#asked.length > REMEMBERED_PROBES) this.#asked.shift();
      const sent = [...this.#probers.values()].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.send(text, port, GROUP, (error) => {
              if (error) log.debug({ error: messageOf(error) }, 'discovery: probe not sent');
              resolve();
            });
          }),
      );
      await Promise.all(sent);
    }
  }

  #onDatagram(data: Buffer, sender: string): void {
    // A forged answer does not know our MessageID: a search in the bytes refuses it before anything is parsed or counted.
    const header = data.subarray(0, HEADER_BYTES);
    if (this.#asked.some((id) => header.includes(id))) this.#queue.push({ data, sender });
  }

  #read({ data, sender }: Reply): void {
    try {
      const { relatesTo, devices } = readProbeMatches(data.toString('utf8'), sender);
      if (!this.#asked.includes(relatesTo)) return;
      for (const device of devices) {
        if (this.#candidates.admit(device.endpoint, sender)) this.#options.onDevice(device);
      }
    } catch (error) {
      this.#options.log.debug({ sender, error: messageOf(error) }, 'discovery: answer not understood');
    }
  }

  #onAnnouncement(data: Buffer): void {
    const now = performance.now();
    if (data.length > HEADER_BYTES * 4 || now - this.#helloAtMs < HELLO_PROBE_MS) return;
    const text = data.toString('utf8');
    if (text.includes('/discovery/Hello')) {
      this.#helloAtMs = now;
      this.probeNow();
    } else if (text.includes('/discovery/Bye') && this.#options.onBye) {
      this.#helloAtMs = now;
      this.#sayBye(text, this.#options.onBye);
    }
  }

  #sayBye(text: string, onBye: (endpoint: string) => void): void {
    try {
      onBye(textOf(parseXml(text), 'Address').slice(0, 128));
    } catch (error) {
      this.#options.log.debug({ error: messageOf(error) }, 'discovery: Bye not understood');
    }
  }
}

function newMessageId(): string {
  return `urn:uuid:${randomUUID()}`;
}
