import { Type } from 'typebox';
import { timestamp } from '../base/clock.ts';
import { type App, callerOf, FAULTS } from './app.ts';
import { LoginSchema, SessionSchema } from './schemas.ts';
import type { Services } from './services.ts';

export const SESSION_COOKIE = 'pingan_session';

/** Signing in and out. */
export function sessionRoutes(app: App, { sessions }: Services): void {
  app.post(
    '/api/v1/session',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'Sign in; sets the session cookie',
        tags: ['session'],
        body: LoginSchema,
        response: { 200: SessionSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      const { token, identity } = await sessions.signIn({ username, password, ip: request.ip });
      reply.setCookie(SESSION_COOKIE, token, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        expires: identity.expiresAt,
      });
      return { user: identity.user, expiresAt: timestamp(identity.expiresAt) };
    },
  );

  app.get(
    '/api/v1/session',
    {
      config: { permission: 'session' },
      schema: {
        summary: 'Who is signed in',
        tags: ['session'],
        response: { 200: SessionSchema, ...FAULTS },
      },
    },
    async (request) => {
      const { user, expiresAt } = callerOf(request);
      return { user, expiresAt: timestamp(expiresAt) };
    },
  );

  app.delete(
    '/api/v1/session',
    {
      config: { permission: 'session' },
      schema: { summary: 'Sign out', tags: ['session'], response: { 204: Type.Null(), ...FAULTS } },
    },
    async (request, reply) => {
      await sessions.signOut(callerOf(request));
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return reply.code(204).send(null);
    },
  );
}
