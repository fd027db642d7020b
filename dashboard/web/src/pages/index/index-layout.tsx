import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page.tsx';
import './safety.css';

const PAGES = [
  ['overview', '/index'],
  ['change', '/index/change'],
  ['sheets', '/index/indicators'],
  ['sensitivity', '/index/sensitivity'],
  ['publications', '/index/publications'],
  ['frameworks', '/index/frameworks'],
  ['imports', '/index/imports'],
  ['redSteps', '/index/red-steps'],
] as const;

/** 平安指数: its pages below one heading; what is looked at goes along from page to page. */
export function IndexLayout() {
  const { t } = useTranslation();
  const tools = (
    <nav className="subnav" aria-label={t('safety.nav.label')}>
      {PAGES.map(([name, to]) => (
        <Link
          key={name}
          to={to}
          search={true}
          className="subnav-link"
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {t(`safety.nav.${name}`)}
        </Link>
      ))}
      <Link to="/kiosk" className="subnav-link subnav-kiosk">
        {t('safety.nav.kiosk')}
      </Link>
    </nav>
  );
  return (
    <Page title={t('safety.title')} tools={tools}>
      <Outlet />
    </Page>
  );
}
