import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { RefusalError, readJson, requireSameOrigin } from './request.ts';

/** Who may call: anyone who reaches the port, or the paired technician alone. */
export type Access = 'open' | 'paired';
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route is given. Parameters and query are strings from outside: only the schemas vouch for the body. */
export type Call<Body> = {
  parameters: ReadonlyMap<string, string>;
  query: URLSearchParams;
  body: Body;
  remoteAddress: string;
  /** Ends when the caller has gone. */
  signal: AbortSignal;
};

export type Answer =
  | { status?: number; headers?: Record<string, string>; json: unknown }
  | { status?: number; headers?: Record<string, string>; bytes: Buffer; contentType: string }
  | { status?: number; headers?: Record<string, string>; empty: true };

export type Route = {
  method: Method;
  /** Segments; one that begins with a colon is a parameter. */
  path: string;
  access: Access;
  handle(request: IncomingMessage, call: Omit<Call<unknown>, 'body'>): Promise<Answer>;
};

const MAX_URL_CHARACTERS = 2048;
const MAX_PARAMETER_CHARACTERS = 256;

/** A route without a body. */
export function route(
  [method, path, access]: readonly [Method, string, Access],
  handle: (call: Call<undefined>) => Promise<Answer> | Answer,
): Route {
  return { method, path, access, handle: async (_, call) => handle({ ...call, body: undefined }) };
}

/** A route whose JSON body must fit a schema; the refusal names the field. */
export function routeWithBody<Schema extends TSchema>(
  [method, path, access]: readonly [Method, string, Access],
  schema: Schema,
  handle: (call: Call<Static<Schema>>) => Promise<Answer> | Answer,
): Route {
  return {
    method,
    path,
    access,
    handle: async (request, call) => {
      const body = await readJson(request);
      if (!Value.Check(schema, body)) throw faultOf(schema, body);
      return handle({ ...call, body });
    },
  };
}

function faultOf(schema: TSchema, body: unknown): RefusalError {
  const [fault] = Value.Errors(schema, body);
  const field = fault?.instancePath ? fault.instancePath.slice(1).replaceAll('/', '.') : 'the body';
  return new RefusalError(400, 'not-valid', `${field}: ${fault?.message ?? 'is not valid'}`);
}

/** Finds the route of a request and checks who calls. The table is fixed when it is built. */
export class Router {
  readonly #routes: readonly Route[];
  readonly #isPaired: (request: IncomingMessage) => boolean;

  constructor(routes: readonly Route[], isPaired: (request: IncomingMessage) => boolean) {
    this.#routes = routes;
    this.#isPaired = isPaired;
  }

  /** Answers a request below /api. Rejects with a RefusalError for everything that is not allowed. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const url = request.url ?? '/';
    if (url.length > MAX_URL_CHARACTERS) throw new RefusalError(414, 'too-large', 'the address is too long');
    const { pathname, searchParams } = new URL(url, 'http://gateway');
    const matching = this.#routes.flatMap((candidate) => {
      const parameters = match(candidate.path, pathname);
      return parameters ? [{ candidate, parameters }] : [];
    });
    const found = matching.find(({ candidate }) => candidate.method === request.method);
    if (matching.length > 0 && !found) {
      throw new RefusalError(405, 'not-found', `${request.method} is not possible here`);
    }
    // An unknown path is told to the paired alone: others learn nothing of what there is.
    if (found?.candidate.access !== 'open' && !this.#isPaired(request)) {
      throw new RefusalError(401, 'not-paired', 'pair this browser with a code of: gateway console-code');
    }
    if (!found) throw new RefusalError(404, 'not-found', 'there is nothing here');
    if (request.method !== 'GET') requireSameOrigin(request);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return found.candidate.handle(request, {
      parameters: found.parameters,
      query: searchParams,
      remoteAddress: request.socket.remoteAddress ?? '',
      signal: gone.signal,
    });
  }
}

function match(path: string, pathname: string): Map<string, string> | null {
  const wanted = path.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return null;
  const parameters = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const part = given[index] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== part) return null;
      continue;
    }
    const value = decode(part);
    if (value === null || value === '' || value.length > MAX_PARAMETER_CHARACTERS) return null;
    parameters.set(segment.slice(1), value);
  }
  return parameters;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
