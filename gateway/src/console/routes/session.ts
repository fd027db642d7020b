import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/log.ts';
import { type ConsoleSession, SESSION_LIFE_MS } from '../access/console-session.ts';
import { type CodeVerdict, usePairingCode } from '../access/pairing-code.ts';
import { Throttle } from '../access/throttle.ts';
import { PairSchema, type SessionView, type Site } from '../interface.ts';
import { RefusalError } from '../request.ts';
import { type Route, route, routeWithBody } from '../router.ts';

export const SESSION_COOKIE = 'pingan-console';
const COOKIE_RULES = 'Path=/; HttpOnly; SameSite=Strict';
/** 60 tries a minute over 10 minutes are 600 of 2⁴⁰ codes. */
const THROTTLE = { perAddress: 5, overall: 60, windowMs: 60_000 };

const SAID: Record<Exclude<CodeVerdict, 'right'>, string> = {
  wrong: 'the code is not right: read it again',
  expired: 'the code is older than ten minutes: make a new one with  gateway console-code',
  none: 'there is no code in force: make one with  gateway console-code',
};

export type SessionRouteOptions = {
  session: ConsoleSession;
  site: Site;
  dataDir: string;
  clock: Clock;
  log: Logger;
};

/** Pairing and its end. `isPaired` says it of the present request, without refusing it. */
export function sessionRoutes(options: SessionRouteOptions): Route[] {
  const { session, site, dataDir, clock, log } = options;
  const throttle = new Throttle(THROTTLE);
  return [
    routeWithBody(['POST', '/api/session', 'open'], PairSchema, async ({ body, remoteAddress }) => {
      const waitMs = throttle.take(remoteAddress, clock.monotonic());
      if (waitMs !== null) {
        const seconds = Math.ceil(waitMs / 1000);
        throw new RefusalError(429, 'throttled', `too many tries: wait ${seconds} s`, seconds);
      }
      const verdict = await usePairingCode(dataDir, body.code, clock.now());
      if (verdict !== 'right') {
        log.warn({ remoteAddress, verdict }, 'console: pairing refused');
        throw new RefusalError(403, `code-${verdict}`, SAID[verdict]);
      }
      log.info({ remoteAddress }, 'console: paired');
      const cookie = `${SESSION_COOKIE}=${session.open()}; Max-Age=${SESSION_LIFE_MS / 1000}; ${COOKIE_RULES}`;
      return { json: { paired: true, site } satisfies SessionView, headers: { 'set-cookie': cookie } };
    }),
    route(['DELETE', '/api/session', 'paired'], () => {
      session.close();
      return {
        status: 204,
        empty: true,
        headers: { 'set-cookie': `${SESSION_COOKIE}=; Max-Age=0; ${COOKIE_RULES}` },
      };
    }),
  ];
}
