import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../base/log.ts';
import { isOwnOrigin } from '../base/origin.ts';
import { type LiveRelay, VIEWER_LIMIT } from './relay.ts';
import type { LiveTickets } from './tickets.ts';

export type LiveSocketOptions = {
  relay: LiveRelay;
  tickets: LiveTickets;
  /** Calls back when the session ends; returns how to stop watching. */
  watchSession(sessionHash: string, onEnd: () => void): () => void;
  publicUrl: string | undefined;
  log: Logger;
};

const VIEWER_PATH = '/api/v1/live';
const PUBLISHER_PATH = '/api/v1/media/publish';
const PUBLISHER_MESSAGE_BYTES = 16_000_000;
const VIEWER_MESSAGE_BYTES = 1024;
const PING_MS = 15_000;
const POLICY = 1008;
const OVERLOAD = 1013;
/** A viewer whose right has ended has so long to say goodbye; what still waits for it is then thrown away. */
const GOODBYE_MS = 1000;

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Ends half-open connections: whoever misses a ping is gone. */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, PING_MS);
  socket.on('close', () => clearInterval(timer));
}

/** The two WebSockets of the server, both refused before the handshake unless a ticket opens them. */
export class LiveSockets {
  readonly #options: LiveSocketOptions;
  readonly #viewers = new WebSocketServer({
    noServer: true,
    maxPayload: VIEWER_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #publishers = new WebSocketServer({
    noServer: true,
    maxPayload: PUBLISHER_MESSAGE_BYTES,
    perMessageDeflate: false,
  });

  constructor(options: LiveSocketOptions) {
    this.#options = options;
  }

  /** Takes over the upgrades of an HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const url = URL.parse(request.url ?? '', 'http://server');
      if (url?.pathname === VIEWER_PATH) this.#onViewer({ request, socket, head, query: url.searchParams });
      else if (url?.pathname === PUBLISHER_PATH)
        this.#onPublisher({ request, socket, head, query: url.searchParams });
      else refuse(socket, '404 Not Found');
    });
  }

  start(): void {}

  stop(): void {
    for (const socket of [...this.#viewers.clients, ...this.#publishers.clients]) socket.terminate();
  }

  #onViewer({ request, socket, head, query }: Upgrade): void {
    const { relay, tickets, watchSession, publicUrl, log } = this.#options;
    if (!isOwnOrigin(request.headers, publicUrl)) {
      refuse(socket, '403 Forbidden');
      return;
    }
    const grant = tickets.redeem(query.get('ticket') ?? '');
    if (grant === null) {
      refuse(socket, '401 Unauthorized');
      return;
    }
    if (relay.viewerCount >= VIEWER_LIMIT) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    this.#viewers.handleUpgrade(request, socket, head, (viewer) => {
      keepAlive(viewer);
      viewer.on('error', (error) => log.debug({ error: error.message }, 'live: viewer connection failed'));
      const remove = relay.addViewer(grant, viewer);
      const unwatch = watchSession(grant.viewer.sessionHash, () => {
        remove();
        viewer.close(POLICY, 'session ended');
        setTimeout(() => viewer.terminate(), GOODBYE_MS);
      });
      viewer.on('close', () => {
        unwatch();
        remove();
      });
    });
  }

  #onPublisher({ request, socket, head, query }: Upgrade): void {
    const { relay, log } = this.#options;
    const token = /^Bearer ([\w-]{32,128})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const claimed = {
      gatewayId: query.get('gatewayId') ?? '',
      cameraId: query.get('cameraId') ?? '',
      profile: query.get('profile') === 'main' ? ('main' as const) : ('sub' as const),
    };
    const key = relay.redeem(token, claimed);
    if (key === null) {
      refuse(socket, '401 Unauthorized');
      return;
    }
    this.#publishers.handleUpgrade(request, socket, head, (publisher) => {
      keepAlive(publisher);
      publisher.on('error', (error) =>
        log.warn({ ...key, error: error.message }, 'live: gateway connection failed'),
      );
      const handlers = relay.addPublisher(key, publisher);
      publisher.on('message', (data, isBinary) => {
        if (!(data instanceof Buffer)) publisher.close(OVERLOAD, 'fragmented');
        else if (isBinary) handlers.onBinary(data);
        else handlers.onText(data.toString());
      });
      publisher.on('close', handlers.onClose);
    });
  }
}

type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer; query: URLSearchParams };
