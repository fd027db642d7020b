import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/**
 * A TCP port that can be shut and opened again under the same number while its server lives. Operations run one after the other.
 * The number is chosen at the first opening when `port` is 0.
 */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #work: Promise<void> = Promise.resolve();

  constructor(server: Server, host: string, port: number) {
    this.#server = server;
    this.#host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** @throws Error naming the port when it is taken. */
  open(): Promise<void> {
    return this.#after(() => this.#openNow());
  }

  /** Closes the port and cuts what is connected; resolves when the port is really free. */
  close(): Promise<void> {
    return this.#after(() => this.#closeNow());
  }

  /** Cuts every open connection; the port stays as it is. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #openNow(): Promise<void> {
    if (this.#server.listening) return;
    if (!this.#server.listeners('connection').includes(this.#remember))
      this.#server.on('connection', this.#remember);
    const listening = once(this.#server, 'listening');
    this.#server.listen(this.#port, this.#host);
    await listening.catch((error: unknown) => {
      throw new Error(`port ${this.#port} on ${this.#host} cannot be opened; choose another or 0`, {
        cause: error,
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async #closeNow(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutConnections();
    await closed;
  }

  readonly #remember = (socket: Socket) => {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  };

  #after(step: () => Promise<void>): Promise<void> {
    const next = this.#work.then(step);
    this.#work = next.catch(() => undefined);
    return next;
  }
}
