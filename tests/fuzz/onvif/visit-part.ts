import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { below, mutate, pick, type Random } from '../mutate.ts';
import { ANSWERS, CHALLENGES, TOKENS } from './corpus.ts';

const LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };

/** A device that answers each question with something spoiled, and sometimes with no HTTP at all. */
export class HostileDevice {
  readonly sent: Buffer[] = [];
  readonly #random: Random;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      request.resume();
      const body = mutate(Buffer.from(pick(random, ANSWERS)), random, { tokens: TOKENS });
      this.sent.push(body);
      if (random() < 0.1) {
        request.socket.end(body);
        return;
      }
      const status = pick(random, [200, 200, 200, 400, 401, 401, 500]);
      response.writeHead(status, status === 401 ? { 'WWW-Authenticate': pick(random, CHALLENGES) } : {});
      response.end(body.subarray(0, random() < 0.9 ? body.length : below(random, body.length + 1)));
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/onvif/device_service`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** One whole visit by the product's probe. Throws what it should not have thrown. */
  async visit(): Promise<void> {
    const url = await this.start();
    const probe = new OnvifProbe(systemClock);
    try {
      const ask = pick(this.#random, [
        () => probe.contact(url),
        () => probe.facts(url, LOGIN),
        () => probe.streamUrl(url, LOGIN, 'main'),
        () => probe.snapshot(url, LOGIN, 'main'),
      ]);
      await ask();
    } catch (error) {
      if (!(error instanceof StreamFaultError)) throw error;
      if (error.message.includes('CANARY')) throw new Error(`a message holds the password: ${error.message}`);
    } finally {
      await this.stop();
    }
  }
}
