import { isAllowed } from '../auth/permissions.ts';
import type { Sessions } from '../auth/sessions.ts';
import { isOwnOrigin } from '../base/origin.ts';
import { Problem } from '../base/problem.ts';
import type { App } from '../routes/app.ts';
import { SESSION_COOKIE } from '../routes/session.ts';

/** Routes that a library registers and that therefore cannot declare a permission themselves. */
const LIBRARY_ROUTES: readonly { prefix: string; permission: 'public' }[] = [
  { prefix: '/api/docs', permission: 'public' },
];

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export type GuardOptions = {
  sessions: Pick<Sessions, 'find'>;
  /** Origin that browsers see when a proxy stands in front, for example https://duty.example.cn */
  publicUrl: string | undefined;
};

/**
 * Default deny: a route without `config.permission` throws while the server is built; every other request is answered
 * only when its session's role has the permission. Requests that change something must come from our own pages.
 */
export function guardRoutes(app: App, { sessions, publicUrl }: GuardOptions): void {
  app.decorateRequest('identity', null);

  app.addHook('onRoute', (route) => {
    const declared = route.config?.permission;
    const library = LIBRARY_ROUTES.find(({ prefix }) => route.url.startsWith(prefix));
    const permission = declared ?? library?.permission;
    if (permission === undefined) {
      throw new Error(`${String(route.method)} ${route.url} declares no permission: set config.permission`);
    }
    route.config = { ...route.config, permission };
  });

  app.addHook('onRequest', async (request) => {
    const token = request.cookies[SESSION_COOKIE];
    request.identity = token === undefined ? null : await sessions.find(token);
    if (!SAFE_METHODS.has(request.method) && !isOwnOrigin(request.headers, publicUrl)) {
      throw new Problem('foreign-origin');
    }
    const { permission } = request.routeOptions.config;
    if (permission === 'public' || request.is404) return;
    if (request.identity === null) throw new Problem('not-signed-in');
    if (permission === undefined || !isAllowed(request.identity.user.role, permission)) {
      throw new Problem('forbidden');
    }
  });
}
