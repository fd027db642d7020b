import type { SelfCheck } from '../checks/check.ts';
import { ProgressPatchSchema } from '../interface.ts';
import type { ProgressBook } from '../progress.ts';
import { type Route, route, routeWithBody } from '../router.ts';

export type ProgressRouteOptions = { progress: ProgressBook; runSelfCheck(): Promise<SelfCheck> };

/** How far the visit has come, and the self-check, whose last result is kept with it. */
export function progressRoutes({ progress, runSelfCheck }: ProgressRouteOptions): Route[] {
  let running: Promise<SelfCheck> | undefined;
  const checkOnce = () => {
    running ??= runSelfCheck().finally(() => {
      running = undefined;
    });
    return running;
  };
  return [
    route(['GET', '/api/progress', 'paired'], () => ({ json: progress.read() })),
    routeWithBody(['PATCH', '/api/progress', 'paired'], ProgressPatchSchema, ({ body }) => ({
      json: progress.change(body),
    })),
    route(['DELETE', '/api/progress', 'paired'], () => ({ json: progress.restart() })),
    route(['POST', '/api/self-check', 'paired'], async () => {
      const selfCheck = await checkOnce();
      progress.keepSelfCheck(selfCheck);
      return { json: selfCheck };
    }),
  ];
}
