import { ProblemError } from './problem.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type CallOptions = { body?: object; signal?: AbortSignal; etag?: string | null; keepalive?: boolean };

async function problemOf(response: Response): Promise<ProblemError> {
  const retryAfterS = Number(response.headers.get('retry-after') ?? '0');
  try {
    const { code, message }: { code: string; message: string } = await response.json();
    return new ProblemError({ code, message }, retryAfterS);
  } catch {
    return new ProblemError({ code: 'internal', message: `HTTP ${response.status}` }, retryAfterS);
  }
}

/** Asks the gateway. Rejects with a ProblemError, `offline` when it does not answer; an aborted call rejects as aborted. */
export async function ask(method: Method, path: string, options: CallOptions = {}): Promise<Response> {
  const { body, signal, etag, keepalive = false } = options;
  const headers: Record<string, string> = {};
  if (body) headers['content-type'] = 'application/json';
  if (etag) headers['if-none-match'] = etag;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      keepalive,
      cache: 'no-store',
      credentials: 'same-origin',
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ProblemError({ code: 'offline', message: 'no answer' });
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}

/** The same for an answer in JSON. The gateway is of the same version as this page, which it served. */
export async function askJson<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const response = await ask(method, path, options);
  const answer: T = await response.json();
  return answer;
}
