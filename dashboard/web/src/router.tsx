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
import type { Session } from './api/types.ts';
import { NotFound, PageError } from './components/page-error.tsx';
import { PageLoading } from './components/page-loading.tsx';
import { readFilter } from './pages/cameras/filter-search.ts';
import { readSelection } from './pages/index/selection.ts';
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

type Arrival = { context: RouterContext; location: { pathname: string; href: string } };

/** Nobody gets past without a session; the login leads back to where they were going. */
async function needSession({ context, location }: Arrival): Promise<{ session: Session }> {
  const known = context.client.getQueryData(sessionQuery.queryKey);
  const session = known ?? (await context.client.fetchQuery(sessionQuery));
  if (session !== null) return { session };
  throw redirect({
    to: '/login',
    search: location.pathname === '/duty' ? {} : { next: location.href },
    replace: true,
  });
}

const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  beforeLoad: needSession,
  component: Shell,
});

/** A wall has no header and nobody at the keys. */
const kioskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/kiosk',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./pages/kiosk/kiosk-page.tsx'), 'KioskPage'),
});

const inside = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => insideRoute, path, component });

const camerasRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/cameras',
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import('./pages/cameras/cameras-page.tsx'), 'CamerasPage'),
});

const indexRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/index',
  validateSearch: readSelection,
  component: lazyRouteComponent(() => import('./pages/index/index-layout.tsx'), 'IndexLayout'),
});
const ofIndex = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => indexRoute, path, component });

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
    camerasRoute,
    inside(
      '/cameras/$id',
      lazyRouteComponent(() => import('./pages/cameras/camera-page.tsx'), 'CameraPage'),
    ),
    inside(
      '/health',
      lazyRouteComponent(() => import('./pages/network-health/network-health-page.tsx'), 'NetworkHealthPage'),
    ),
    inside(
      '/wall',
      lazyRouteComponent(() => import('./pages/wall/wall-page.tsx'), 'WallPage'),
    ),
    inside(
      '/gateways',
      lazyRouteComponent(() => import('./pages/gateways/gateways-page.tsx'), 'GatewaysPage'),
    ),
    inside(
      '/gateways/$id/rules',
      lazyRouteComponent(() => import('./pages/rules/rules-page.tsx'), 'RulesPage'),
    ),
    inside(
      '/users',
      lazyRouteComponent(() => import('./pages/users/users-page.tsx'), 'UsersPage'),
    ),
    indexRoute.addChildren([
      ofIndex(
        '/',
        lazyRouteComponent(() => import('./pages/index/overview-page.tsx'), 'OverviewPage'),
      ),
      ofIndex(
        '/change',
        lazyRouteComponent(() => import('./pages/index/change-page.tsx'), 'ChangePage'),
      ),
      ofIndex(
        '/indicators',
        lazyRouteComponent(() => import('./pages/index/sheets-page.tsx'), 'SheetsPage'),
      ),
      ofIndex(
        '/sensitivity',
        lazyRouteComponent(() => import('./pages/index/sensitivity-page.tsx'), 'SensitivityPage'),
      ),
      ofIndex(
        '/publications',
        lazyRouteComponent(() => import('./pages/index/publications-page.tsx'), 'PublicationsPage'),
      ),
      ofIndex(
        '/frameworks',
        lazyRouteComponent(() => import('./pages/index/frameworks-page.tsx'), 'FrameworksPage'),
      ),
      ofIndex(
        '/red-steps',
        lazyRouteComponent(() => import('./pages/index/red-steps-page.tsx'), 'RedStepsPage'),
      ),
      ofIndex(
        '/imports',
        lazyRouteComponent(() => import('./pages/imports/imports-page.tsx'), 'ImportsPage'),
      ),
    ]),
  ]),
  kioskRoute,
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
