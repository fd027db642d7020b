import { Type } from 'typebox';
import { Problem } from '../base/problem.ts';
import { type App, FAULTS } from './app.ts';
import type { Services } from './services.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For the people and programs that run the server. */
export function operationRoutes(app: App, { metrics, isReady, store }: Services): void {
  app.get(
    '/healthz',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'Ready: the database answers and everything runs',
        tags: ['operations'],
        response: { 200: Type.Object({ status: Type.Literal('ok') }), ...FAULTS },
      },
    },
    async () => {
      if (!isReady() || !(await store.isReachable())) throw new Problem('not-ready');
      return { status: 'ok' as const };
    },
  );

  app.get(
    '/metrics',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'Prometheus metrics; from this machine, or signed in as administrator',
        tags: ['operations'],
        produces: ['text/plain'],
        response: { 200: Type.String(), ...FAULTS },
      },
    },
    async (request, reply) => {
      const direct = LOOPBACK.has(request.socket.remoteAddress ?? '') && !request.headers['x-forwarded-for'];
      if (!direct && request.identity?.user.role !== 'admin') throw new Problem('forbidden');
      return reply.type(metrics.contentType).send(await metrics.text());
    },
  );
}
