import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { type Sleep, sleep } from '../../base/sleep.ts';
import type { DiscoveredDevice } from '../../pipeline.ts';
import { probeMessages, readProbeMatches } from './message.ts';

const GROUP = '239.255.255.250';
/** Answers are read at most this often, so a flood of forged ones costs a bounded share of a core. */
const DATAGRAMS_PER_SECOND = 500;
/** Endpoints remembered and passed on; a flood of inventions stops here. */
const CANDIDATE_LIMIT = 500;
const REMEMBERED_PROBES = 64;

export type DiscoveryOptions = {
  /** Addresses of the interfaces to ask on; empty = every IPv4 interface but loopback. */
  interfaces: readonly string[];
  /** 3702 by standard. */
  port: number;
  periodMs: number;
  onDevice(device: DiscoveredDevice): void;
  log: Logger;
  sleep?: Sleep;
};

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => address.address);
}

/** WS-Discovery prober: asks on every interface again and again, and passes on answers to its own questions only. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #asked: string[] = [];
  readonly #known = new Set<string>();
  #abort: AbortController | undefined;
  #sockets: Socket[] = [];
  #loop: Promise<void> = Promise.resolve();
  #budget = DATAGRAMS_PER_SECOND;
  #budgetAtMs = 0;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#abort) return;
    this.#abort = new AbortController();
    const { interfaces, log } = this.#options;
    for (const address of interfaces.length > 0 ? interfaces : ownAddresses()) {
      try {
        this.#sockets.push(await this.#open(address));
      } catch (error) {
        log.warn({ address, error: messageOf(error) }, 'discovery: this interface cannot be used');
      }
    }
    this.#loop = this.#run(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#loop;
    await Promise.all(
      this.#sockets.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    );
  }

  #open(address: string): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = createSocket('udp4');
      socket.once('error', reject);
      socket.bind(0, address, () => {
        socket.off('error', reject);
        socket.on('error', (error) =>
          this.#options.log.warn({ address, error: messageOf(error) }, 'discovery: socket error'),
        );
        socket.setMulticastInterface(address);
        socket.setMulticastTTL(1);
        socket.on('message', (data, from) => this.#onMessage(data, from.address));
        resolve(socket);
      });
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const wait = this.#options.sleep ?? sleep;
    while (!signal.aborted) {
      // UDP is lost now and then: each round asks twice (WS-Discovery 2005/04, Appendix I).
      await this.#probe();
      await wait(500, signal);
      if (!signal.aborted) await this.#probe();
      await wait(this.#options.periodMs, signal);
    }
  }

  async #probe(): Promise<void> {
    const { port, log } = this.#options;
    for (const { messageId, text } of probeMessages(() => `urn:uuid:${randomUUID()}`)) {
      this.#asked.push(messageId);
      if (this.#asked.length > REMEMBERED_PROBES) this.#asked.shift();
      const sent = this.#sockets.map(
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

  #withinBudget(): boolean {
    const now = performance.now();
    if (now - this.#budgetAtMs > 1000) {
      this.#budgetAtMs = now;
      this.#budget = DATAGRAMS_PER_SECOND;
    }
    this.#budget -= 1;
    return this.#budget >= 0;
  }

  #onMessage(data: Buffer, sender: string): void {
    // A forged answer does not know our MessageID: a search in the bytes refuses it before anything is parsed or counted.
    if (!this.#asked.some((id) => data.includes(id)) || !this.#withinBudget()) return;
    try {
      const { relatesTo, devices } = readProbeMatches(data.toString('utf8'), sender);
      if (!this.#asked.includes(relatesTo)) return;
      for (const device of devices) {
        if (!this.#known.has(device.endpoint) && this.#known.size >= CANDIDATE_LIMIT) continue;
        this.#known.add(device.endpoint);
        this.#options.onDevice(device);
      }
    } catch (error) {
      this.#options.log.debug({ sender, error: messageOf(error) }, 'discovery: answer not understood');
    }
  }
}
