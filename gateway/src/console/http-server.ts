import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';

export type HealthAnswer = { ok: boolean; [detail: string]: unknown };

export type HttpServerOptions = {
  host: string;
  /** 0 = any free port. */
  port: number;
  health(): HealthAnswer;
  metrics: { contentType: string; read(): Promise<string> };
  /** Answers everything else; nothing does when absent. */
  console?: { answer(request: IncomingMessage, response: ServerResponse): Promise<void> };
  log: Logger;
};

/** The gateway's own small HTTP side: `GET /healthz` (200 or 503, JSON), `GET /metrics` (Prometheus), and the technician's console. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  #server: Server | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
  }

  /** The port it listens on; 0 before `start`. */
  get port(): number {
    const address: AddressInfo | string | null | undefined = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Rejects with the address and the remedy when the port is taken. */
  start(): Promise<void> {
    const { host, port, log } = this.#options;
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        this.#answer(request, response).catch((error: unknown) => {
          log.error({ error: messageOf(error) }, 'console: request failed');
          response.writeHead(500).end();
        });
      });
      server.headersTimeout = 5000;
      server.requestTimeout = 5000;
      server.maxConnections = 64;
      server.once('error', (cause) => {
        reject(
          new Error(
            `gateway.http: cannot listen on ${host}:${port} (${messageOf(cause)}): choose another port`,
            { cause },
          ),
        );
      });
      server.listen(port, host, () => {
        this.#server = server;
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.method === 'GET' ? request.url : undefined;
    if (path === '/healthz') {
      const health = this.#options.health();
      response
        .writeHead(health.ok ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify(health));
    } else if (path === '/metrics') {
      response
        .writeHead(200, { 'content-type': this.#options.metrics.contentType })
        .end(await this.#options.metrics.read());
    } else if (this.#options.console) {
      await this.#options.console.answer(request, response);
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"not-found"}');
    }
  }
}
