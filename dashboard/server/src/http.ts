import cookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import type { Logger } from './base/log.ts';
import { collectDocs, serveDocs } from './plugins/docs.ts';
import { answerErrors } from './plugins/errors.ts';
import { guardRoutes } from './plugins/guard.ts';
import { validatorCompiler } from './plugins/validation.ts';
import { protectAnswers, serveWeb } from './plugins/web.ts';
import type { App } from './routes/app.ts';
import { registerRoutes } from './routes/index.ts';
import type { Services } from './routes/services.ts';

export type HttpOptions = {
  services: Services;
  log: Logger;
  /** The built web app. */
  webFolder: string;
  publicUrl: string | undefined;
};

const BODY_LIMIT_BYTES = 1_000_000;

/** Builds the HTTP server: guard first, then every route. It does not listen yet. */
export async function buildHttp({ services, log, webFolder, publicUrl }: HttpOptions): Promise<App> {
  const app: App = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: publicUrl === undefined ? false : 'loopback',
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.removeContentTypeParser('text/plain');
  answerErrors(app, log);
  await app.register(cookie);
  await protectAnswers(app);
  guardRoutes(app, { sessions: services.sessions, publicUrl });
  await collectDocs(app);
  registerRoutes(app, services);
  await serveDocs(app);
  await serveWeb(app, webFolder);
  return app;
}
