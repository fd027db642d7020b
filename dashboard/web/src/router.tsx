import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from './api/queries.ts';
import { NotFound, PageError } from './components/page-error.tsx';
import { PageLoading } from './components/page-loading.tsx';
import { Shell } from './shell/shell.tsx';

type RouterContext = { client: QueryClient };

/** Only a path of this origin: a foreign address in `next` would send people elsewhere after the login. */
const readNext = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: boolean } => {
    const next = readNext(search['next']);
    return { ...(next === undefined ? {} : { next }), ...(search['ended'] === true ? { ended: true } : {}) };
  },
  component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
});

const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const known = context.client.getQueryData(sessionQuery.queryKey);
    const session = known ?? (await context.client.fetchQuery(sessionQuery));
    if (session !== null) return { session };
    throw redirect({
      to: '/login',
      search: location.pathname === '/duty' ? {} : { next: location.href },
      replace: true,
    });
  },
  component: Shell,
});

const inside = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => insideRoute, path, component });

const homeRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/duty', replace: true });
  },
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  insideRoute.addChildren([
    homeRoute,
    inside(
      '/duty',
      lazyRouteComponent(() => import('./pages/duty/duty-page.tsx'), 'DutyPage'),
    ),
    inside(
      '/events',
      lazyRouteComponent(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
    ),
    inside(
      '/cameras',
      lazyRouteComponent(() => import('./pages/cameras/cameras-page.tsx'), 'CamerasPage'),
    ),
    inside(
      '/gateways',
      lazyRouteComponent(() => import('./pages/gateways/gateways-page.tsx'), 'GatewaysPage'),
    ),
  ]),
]);

export const createAppRouter = (client: QueryClient) =>
  createRouter({
    routeTree,
    context: { client },
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    defaultPreload: 'intent',
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
