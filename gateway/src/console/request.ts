import type { IncomingMessage } from 'node:http';

/** What the console refuses, and why. `code` is what the page has words for; `message` says in English what to do. */
export class RefusalError extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds until a new try makes sense. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterS?: number) {
    super(message);
    this.name = 'RefusalError';
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_COOKIE_CHARACTERS = 4096;

/** The value of a cookie, undefined when the request brings none. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const header = request.headers.cookie ?? '';
  if (header.length > MAX_COOKIE_CHARACTERS) return undefined;
  const pair = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** Throws a RefusalError unless the request comes from a page of this same origin: no other site acts through the browser. */
export function requireSameOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const sameHost = origin !== undefined && URL.parse(origin)?.host === host;
  if (!sameHost || (site !== undefined && site !== 'same-origin')) {
    throw new RefusalError(403, 'foreign-origin', 'the request does not come from a page of this gateway');
  }
}

/** Reads a JSON body. Throws a RefusalError when it is too large, of another type, or not JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RefusalError(415, 'not-json', 'send JSON: content-type must be application/json');
  }
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > MAX_BODY_BYTES) {
      throw new RefusalError(413, 'too-large', `a request may have ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RefusalError(400, 'not-json', 'the body is not JSON');
  }
}
