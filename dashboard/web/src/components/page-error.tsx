import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** A page that threw: says so, and what to do. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <main className="page-note">
      <h1>{t('errors.page')}</h1>
      <p>{t('errors.pageHint')}</p>
      <code>{error instanceof Error ? error.message : String(error)}</code>
      <Button onClick={reset}>{t('common.retry')}</Button>
    </main>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="page-note">
      <h1>{t('errors.notFoundPage')}</h1>
      <Link to="/duty">{t('errors.backToDuty')}</Link>
    </main>
  );
}
