import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../dashboard/server/src/base/log.ts';
import { answerErrors } from '../../../dashboard/server/src/plugins/errors.ts';
import { guardRoutes } from '../../../dashboard/server/src/plugins/guard.ts';
import type { App } from '../../../dashboard/server/src/routes/app.ts';

async function guarded(): Promise<App> {
  const app: App = fastify();
  answerErrors(app, silentLogger);
  await app.register(cookie);
  guardRoutes(app, { sessions: { find: async () => null }, publicUrl: undefined });
  return app;
}

test('a route that declares no permission does not build', async () => {
  const app = await guarded();
  expect(() => app.get('/naked', async () => 'x')).toThrow('GET /naked declares no permission');
  await app.close();
});

test('an internal error’s text never leaves', async () => {
  const app = await guarded();
  app.get('/boom', { config: { permission: 'public' } }, async () => {
    throw new Error('secret: connection to 10.0.0.7 refused');
  });
  const answer = await app.inject('/boom');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({ code: 'internal', message: expect.not.stringContaining('10.0.0.7') });
  await app.close();
});
