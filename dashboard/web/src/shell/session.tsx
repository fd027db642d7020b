import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { logout } from '../api/endpoints.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Session } from '../api/types.ts';

/** The session of a page behind the login; null for the moment in which it has just ended. */
export function useSession(): Session | null {
  const { data } = useQuery(sessionQuery);
  return data ?? null;
}

type Role = Session['user']['role'];
const useHasRole = (roles: readonly Role[]): boolean => {
  const session = useSession();
  return session !== null && roles.includes(session.user.role);
};

/** Viewers look, operators and administrators act. The server decides; this only hides what it would refuse. */
export const useMayDispose = (): boolean => useHasRole(['operator', 'admin']);
/** Operators and administrators watch video, live and recorded; each look is logged. */
export const useMayWatch = (): boolean => useHasRole(['operator', 'admin']);
/** Analysts and administrators compute, edit, import and approve what others made. */
export const useMayAnalyse = (): boolean => useHasRole(['analyst', 'admin']);
export const useIsAdmin = (): boolean => useHasRole(['admin']);

/** Leads to the login as soon as the session is known to have ended. */
export function useSessionGuard(): void {
  const { data, isSuccess } = useQuery(sessionQuery);
  const router = useRouter();
  const hasEnded = isSuccess && data === null;
  useEffect(() => {
    if (!hasEnded) return;
    const next = router.state.location.href;
    void router.navigate({ to: '/login', search: { next, ended: true }, replace: true });
  }, [hasEnded, router]);
}

/** Ends the session at the server and forgets everything that was read in it. */
export function useLogout(): () => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return useCallback(async () => {
    await logout();
    await router.navigate({ to: '/login', search: {}, replace: true });
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
  }, [client, router]);
}
