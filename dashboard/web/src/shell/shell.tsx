import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Header } from './header.tsx';
import { LiveUpdatesProvider } from './live-updates.tsx';
import { useSession, useSessionGuard } from './session.tsx';

/** Everything behind the login: header with navigation, the stream of changes, and the page. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  useSessionGuard();
  if (session === null) return null;
  return (
    <LiveUpdatesProvider>
      <a className="skip" href="#main">
        {t('header.skip')}
      </a>
      <div className="shell">
        <Header session={session} />
        <Outlet />
      </div>
    </LiveUpdatesProvider>
  );
}
