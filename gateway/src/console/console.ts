import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Clock, timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { StateStore } from '../base/state-store.ts';
import { type CameraRoster, RosterError } from '../pipeline-roster.ts';
import { ConsoleSession } from './access/console-session.ts';
import { thisMachine } from './checks/machine.ts';
import { runSelfCheck } from './checks/self-check.ts';
import type { Problem, SessionView, Site } from './interface.ts';
import { ProgressBook } from './progress.ts';
import { cookieOf, RefusalError } from './request.ts';
import { type Answer, Router } from './router.ts';
import { deviceRoutes } from './routes/devices.ts';
import { progressRoutes } from './routes/progress.ts';
import { proofRoutes } from './routes/proof.ts';
import { SESSION_COOKIE, sessionRoutes } from './routes/session.ts';
import { readStaticFiles, type StaticFile } from './static-files.ts';
import { summaryOf } from './summary.ts';

export type ConsoleOptions = {
  site: Site;
  dataDir: string;
  roster: CameraRoster;
  values: Pick<StateStore, 'get' | 'set'>;
  /** The centre's broker, for the self-check. */
  centreUrl: string;
  isConnected(): boolean;
  clockOffsetMs(): number | null;
  clock: Clock;
  log: Logger;
  /** Where the built page is. */
  pageFolder?: string;
};

const PAGE_FOLDER = join(import.meta.dirname, '../../console/dist');
const NOT_BUILT = 'The page is not built: run  npm run build:console  and start the gateway again.\n';
const BROKER_PORTS = new Map([
  ['mqtt:', 1883],
  ['mqtts:', 8883],
]);

/** Nothing but this origin, no inline script or style; pictures come as blobs. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

const STATUS_OF: Readonly<Record<RosterError['kind'], number>> = {
  'not-found': 404,
  invalid: 400,
  refused: 409,
  busy: 409,
  full: 409,
  failed: 502,
};

/** The technician's page and its API: everything below `/` that is not the gateway's health or metrics. */
export class Console {
  readonly #log: Logger;
  readonly #pageFolder: string;
  #files: ReadonlyMap<string, StaticFile> | undefined;
  readonly #router: Router;

  constructor(options: ConsoleOptions) {
    const { site, dataDir, roster, values, clock, log } = options;
    this.#log = log;
    this.#pageFolder = options.pageFolder ?? PAGE_FOLDER;
    const session = new ConsoleSession(values, clock);
    const progress = new ProgressBook(values, clock);
    const isPaired = (request: IncomingMessage) => session.admits(cookieOf(request, SESSION_COOKIE));
    const summary = () =>
      summaryOf(roster.devices(), progress.read(), { site, madeAt: timestamp(clock.now()) });
    const selfCheck = () =>
      runSelfCheck({
        machine: thisMachine,
        dataDir,
        centre: centreOf(options.centreUrl),
        isConnected: options.isConnected,
        clockOffsetMs: options.clockOffsetMs,
        clock,
      });
    this.#router = new Router(
      [
        {
          method: 'GET',
          path: '/api/session',
          access: 'open',
          handle: async (request) => {
            const paired = isPaired(request);
            return { json: { paired, site: paired ? site : null } satisfies SessionView };
          },
        },
        ...sessionRoutes({ session, site, dataDir, clock, log }),
        ...progressRoutes({ progress, runSelfCheck: selfCheck }),
        ...deviceRoutes(roster),
        ...proofRoutes({ roster, progress, summary }),
      ],
      isPaired,
    );
  }

  /** Answers every request; never rejects. Texts of inner errors stay in the log. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!path.startsWith('/api/')) return this.#answerFile(path, request, response);
    response.setHeader('cache-control', 'no-store');
    try {
      send(await this.#router.answer(request, response), request, response);
    } catch (error) {
      this.#refuse(error, response);
    }
  }

  #answerFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    this.#files ??= readStaticFiles(this.#pageFolder);
    const file = this.#files.get(path);
    if (request.method !== 'GET' || (!file && (path !== '/' || this.#files.size > 0))) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"not-found"}');
    } else if (!file) {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(NOT_BUILT);
    } else if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, { etag: file.etag, 'cache-control': file.cacheControl }).end();
    } else {
      const { contentType, etag, cacheControl, bytes } = file;
      response
        .writeHead(200, { 'content-type': contentType, etag, 'cache-control': cacheControl })
        .end(bytes);
    }
  }

  #refuse(error: unknown, response: ServerResponse): void {
    if (response.headersSent || response.destroyed) return;
    const { status, problem, retryAfterS } = problemOf(error);
    if (status === 500) this.#log.error({ error: messageOf(error) }, 'console: request failed');
    if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
    // What is left of a body that was refused unread is not worth waiting for.
    response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(problem));
  }
}

function problemOf(error: unknown): { status: number; problem: Problem; retryAfterS?: number | undefined } {
  if (error instanceof RefusalError) {
    const { status, code, message, retryAfterS } = error;
    return { status, problem: { code, message }, retryAfterS };
  }
  if (error instanceof RosterError) {
    return {
      status: STATUS_OF[error.kind],
      problem: { code: `roster-${error.kind}`, message: error.message },
    };
  }
  return { status: 500, problem: { code: 'internal', message: 'the gateway failed: see its log' } };
}

function centreOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: port === '' ? (BROKER_PORTS.get(protocol) ?? 1883) : Number(port) };
}

/** JSON gets a tag of its content: a page that asks every two seconds is mostly told that nothing changed. */
function send(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { status = 200, headers = {} } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if ('empty' in answer) {
    response.writeHead(status).end();
    return;
  }
  if ('bytes' in answer) {
    response.writeHead(status, { 'content-type': answer.contentType }).end(answer.bytes);
    return;
  }
  const text = JSON.stringify(answer.json);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  if (request.method === 'GET' && request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', etag }).end(text);
}
