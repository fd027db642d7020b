import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Permission } from '../auth/permissions.ts';
import type { Identity } from '../auth/sessions.ts';
import { Problem } from '../base/problem.ts';
import { ProblemSchema } from './schemas.ts';

/** The HTTP server as routes see it: TypeBox schemas give the types of requests and answers. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null when nobody is signed in. */
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed to do. A route without it does not build. */
    permission?: Permission | 'public';
  }
}

/** The answers every route may give besides its own. */
export const FAULTS = { '4xx': ProblemSchema, '5xx': ProblemSchema } as const;

/** The caller of a route that is not public. */
export function callerOf(request: { identity: Identity | null }): Identity {
  if (request.identity === null) throw new Problem('not-signed-in');
  return request.identity;
}

/** The value, or the problem "not-found". */
export function found<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Problem('not-found');
  return value;
}
