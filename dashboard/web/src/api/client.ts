import createClient, { type Middleware } from 'openapi-fetch';
import { ProblemError, problemOf } from './problem.ts';
import type { paths } from './schema.generated.ts';

let onUnauthorized: () => void = () => undefined;

/** Told for every answer 401 outside the login: the session has ended. */
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener;
}

const sessionWatch: Middleware = {
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/v1/session') onUnauthorized();
  },
  onError({ error, request }) {
    if (request.signal.aborted) return;
    return new ProblemError(
      0,
      { code: 'no-answer', message: 'The server does not answer' },
      { cause: error },
    );
  },
};

/** The typed client of the REST interface, on this page's own origin. */
export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(sessionWatch);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/**
 * The body of a successful answer.
 * @throws ProblemError for every other answer, and when there is none
 */
export async function bodyOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok && data !== undefined) return data;
  throw problemOf(response.status, error, response.headers.get('retry-after'));
}

/** As `bodyOf` for answers without a body. */
export async function doneOf(answer: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await answer;
  if (!response.ok) throw problemOf(response.status, error, response.headers.get('retry-after'));
}
