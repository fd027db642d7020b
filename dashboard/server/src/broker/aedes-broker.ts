import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { codeOf, messageOf, StartError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { isUpTopic, mayPublish, mayReceive, maySubscribe } from './access.ts';
import type { Account, Broker, BrokerOptions, PublishOptions } from './broker.ts';

/** Largest MQTT packet, bytes: a full batch of events with snapshots. */
const PACKET_LIMIT_BYTES = 8_000_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_LIMIT_SECONDS = 600;
const REFUSED = 4;
const CLIENT_ID_LIMIT = 128;

class AuthenticationError extends Error {
  readonly returnCode = REFUSED;
}

/**
 * Counts the bytes of the MQTT packet now arriving (fixed header, MQTT 3.1.1 §2.2.3) and destroys the socket of one that
 * announces more than the limit, before it is buffered.
 */
function limitPackets(socket: Socket): void {
  let left = 0;
  let header: number[] = [];
  socket.on('data', (chunk: Buffer) => {
    for (let i = 0; i < chunk.length; ) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - i);
        left -= taken;
        i += taken;
        continue;
      }
      const byte = chunk[i] ?? 0;
      i += 1;
      header.push(byte);
      const isLengthByte = header.length > 1;
      if (!isLengthByte || ((byte & 0x80) !== 0 && header.length < 5)) continue;
      left = header.slice(1).reduce((sum, part, at) => sum + (part & 0x7f) * 128 ** at, 0);
      header = [];
      if (left > PACKET_LIMIT_BYTES) socket.destroy();
    }
  });
}

/** aedes in this process behind a TCP listener. Every message is checked against the account that sends or receives it. */
export class AedesBroker implements Broker {
  readonly #options: BrokerOptions;
  readonly #log: Logger;
  readonly #accounts = new WeakMap<Client, Account>();
  readonly #sockets = new Set<Socket>();
  readonly #gateways = new Map<string, Client>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;

  constructor(options: BrokerOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  connectedGateways(): string[] {
    return [...this.#gateways.keys()];
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker({
      concurrency: 1000,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepaliveLimit: KEEPALIVE_LIMIT_SECONDS,
      queueLimit: 1000,
      maxClientsIdLength: CLIENT_ID_LIMIT,
      preConnect: (_client, packet, done) => {
        // No session can be taken over: an id that is not the user's own name lives below that name.
        const { username = '', clientId } = packet;
        if (clientId.length > CLIENT_ID_LIMIT) return done(new Error('client id too long'), false);
        if (clientId !== username) packet.clientId = `${username}:${clientId || Math.random()}`;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        this.#authenticate(client, username, password).then(
          (error) => done(error, error === null),
          () => done(new AuthenticationError('the accounts cannot be read'), false),
        );
      },
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet.topic, done),
      authorizeSubscribe: (client, subscription, done) => {
        const account = this.#accounts.get(client);
        const allowed = account !== undefined && maySubscribe(account, subscription.topic);
        if (!allowed) this.#log.warn({ client: client.id }, 'broker: subscription refused');
        done(null, allowed ? subscription : null);
      },
      authorizeForward: (client, packet) => {
        const account = this.#accounts.get(client);
        return account !== undefined && mayReceive(account, packet.topic) ? packet : null;
      },
    });
    this.#aedes = aedes;
    this.#watch(aedes);
    await this.#listen(aedes);
  }

  async stop(): Promise<void> {
    const { sockets, server, aedes } = { sockets: this.#sockets, server: this.#server, aedes: this.#aedes };
    this.#server = undefined;
    this.#aedes = undefined;
    const closed = server && once(server, 'close');
    server?.close();
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  publish(topic: string, payload: string, { retain = false }: PublishOptions = {}): Promise<void> {
    const aedes = this.#aedes;
    if (!aedes) return Promise.reject(new Error('the broker is not running'));
    return new Promise((resolve, reject) => {
      aedes.publish(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
        (error) => (error ? reject(error) : resolve()),
      );
    });
  }

  async #authenticate(client: Client, username: string | undefined, password: Buffer | undefined) {
    const account = username && password ? await this.#options.authenticate(username, password) : null;
    if (account === null) {
      this.#log.warn({ client: client.id }, 'broker: credentials refused');
      return new AuthenticationError('bad user name or password');
    }
    this.#accounts.set(client, account);
    return null;
  }

  #authorizePublish(client: Client | null, topic: string, done: (error?: Error | null) => void): void {
    const account = client === null ? undefined : this.#accounts.get(client);
    if (account === undefined || !mayPublish(account, topic)) {
      this.#log.warn({ client: client?.id }, 'broker: message on a foreign topic refused');
      done(new Error('not allowed to publish there'));
      return;
    }
    this.#options.whenRoom().then(
      () => done(null),
      (error: unknown) => done(new Error(messageOf(error))),
    );
  }

  #watch(aedes: Aedes): void {
    for (const filter of ['pingan/#']) {
      aedes.subscribe(
        filter,
        (packet, done) => {
          if (isUpTopic(packet.topic)) {
            this.#options.onMessage({ topic: packet.topic, payload: Buffer.from(packet.payload) });
          }
          done();
        },
        () => {},
      );
    }
    aedes.on('client', (client: Client) => {
      const account = this.#accounts.get(client);
      if (account?.kind === 'gateway' && client.id === account.gatewayId) {
        this.#gateways.set(account.gatewayId, client);
      }
    });
    aedes.on('clientDisconnect', (client: Client) => {
      if (this.#gateways.get(client.id) === client) this.#gateways.delete(client.id);
    });
    const onError = (client: Client, error: Error) =>
      this.#log.debug({ client: client?.id, error: error.message }, 'broker: connection ended with an error');
    aedes.on('clientError', onError);
    aedes.on('connectionError', onError);
  }

  async #listen(aedes: Aedes): Promise<void> {
    const { host, port, connectionLimit } = this.#options;
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      aedes.handle(socket);
      limitPackets(socket);
    });
    server.maxConnections = connectionLimit;
    this.#server = server;
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      await this.stop();
      if (codeOf(error) !== 'EADDRINUSE') throw error;
      throw new StartError(
        `port ${port} (broker) is taken: stop the program that uses it or set broker.port to another`,
        { cause: error },
      );
    }
  }
}
