import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { type SensorSimulator, startSensorSimulator } from '../simulators/sensors/simulator.ts';

const DOORS = 20;
const TICK_MS = 10;
/** Behind by more than this the load skips: a stalled machine must not be answered with a burst. */
const MOST_AT_ONCE = 10;

const devices = Array.from({ length: DOORS }, (_, index) => ({
  node: `door_${index + 1}`,
  name: `${index + 1} 号门`,
  model: 'SIM-DOOR',
  entities: [{ component: 'binary_sensor' as const, object: 'contact', name: '门磁', deviceClass: 'door' }],
}));

/** The site's own sensor broker with door contacts that open and close without rest. It outlives gateway and centre. */
export class Doors {
  readonly #perSecond: number;
  readonly #sockets = new Set<Socket>();
  #stopBroker: () => Promise<void> = async () => {};
  #simulator: SensorSimulator | undefined;
  #timer: NodeJS.Timeout | undefined;
  #published = 0;
  #pending = new Set<Promise<void>>();

  /** @param perSecond how many doors open or close in a second: each is one event of the gateway */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Starts the broker, on a free port of 127.0.0.1. Resolves with its URL. */
  async start(): Promise<string> {
    const aedes = await Aedes.createBroker();
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      aedes.handle(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#stopBroker = async () => {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of this.#sockets) socket.destroy();
      await closed;
    };
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `mqtt://127.0.0.1:${port}`;
    this.#simulator = await startSensorSimulator({ broker: { url }, devices });
    return url;
  }

  begin(): void {
    const from = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      const now = ((performance.now() - from) / 1000) * this.#perSecond;
      due = Math.max(due, now - MOST_AT_ONCE);
      for (; due < now; due += 1) this.#turnNext();
    }, TICK_MS);
  }

  /** No door moves any more, and all are shut. */
  async rest(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    for (const sensor of this.#simulator?.sensors ?? []) await this.#simulator?.quiet(sensor);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled(this.#pending);
    await this.#simulator?.stop();
    this.#simulator = undefined;
    await this.#stopBroker();
    this.#stopBroker = async () => {};
  }

  #turnNext(): void {
    const simulator = this.#simulator;
    const sensor = simulator?.sensors[this.#published % DOORS];
    if (simulator === undefined || sensor === undefined) return;
    const opens = Math.floor(this.#published / DOORS) % 2 === 0;
    this.#published += 1;
    const said = opens ? simulator.ring(sensor) : simulator.quiet(sensor);
    const done: Promise<void> = said.finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }
}
