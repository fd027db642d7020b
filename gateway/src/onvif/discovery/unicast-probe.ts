import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { type Sleep, sleep } from '../../base/sleep.ts';
import type { DiscoveredDevice } from '../../pipeline.ts';
import { probeMessages, readProbeMatches, untypedProbe } from './message.ts';
import { closeSocket } from './sockets.ts';

const ANSWER_MS = 400;
/** Answers of one host that are read: an NVR's channels come in few datagrams. */
const ANSWERS_PER_HOST = 128;

type Question = { ids: Set<string>; answers: number; devices: Map<string, DiscoveredDevice> };

/** WS-Discovery probes sent to single hosts. Only answers of the asked host to its own question count. */
export class UnicastProber {
  readonly #port: number;
  readonly #sleep: Sleep;
  readonly #questions = new Map<string, Question>();
  #socket: Socket | undefined;

  constructor(options: { port: number; sleep?: Sleep }) {
    this.#port = options.port;
    this.#sleep = options.sleep ?? sleep;
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, resolve);
    });
    socket.on('error', () => undefined);
    socket.on('message', (data, from) => this.#onAnswer(data, from.address));
    this.#socket = socket;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await closeSocket(socket);
  }

  /** Devices that the host speaks for: asked with types, then without, since some answer no probe that names types. */
  async ask(host: string, signal: AbortSignal): Promise<DiscoveredDevice[]> {
    const question: Question = { ids: new Set(), answers: 0, devices: new Map() };
    this.#questions.set(host, question);
    try {
      for (const messages of [probeMessages(newId), [untypedProbe(newId)]]) {
        for (const { messageId, text } of messages) {
          question.ids.add(messageId);
          this.#socket?.send(text, this.#port, host, () => undefined);
        }
        await this.#sleep(ANSWER_MS, signal);
        if (question.devices.size > 0 || signal.aborted) break;
      }
      return [...question.devices.values()];
    } finally {
      this.#questions.delete(host);
    }
  }

  #onAnswer(data: Buffer, sender: string): void {
    const question = this.#questions.get(sender);
    if (!question || question.answers >= ANSWERS_PER_HOST) return;
    question.answers += 1;
    try {
      const { relatesTo, devices } = readProbeMatches(data.toString('utf8'), sender);
      if (!question.ids.has(relatesTo)) return;
      for (const device of devices) question.devices.set(device.endpoint, { ...device, foundBy: 'unicast' });
    } catch {
      // Not understood: the host is asked by HTTP next.
    }
  }
}

function newId(): string {
  return `urn:uuid:${randomUUID()}`;
}
